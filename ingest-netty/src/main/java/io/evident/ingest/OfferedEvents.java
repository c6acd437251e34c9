package io.evident.ingest;

import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.admission.Intake;
import java.util.concurrent.Executor;

/**
 * What the connections of one event loop have offered in a turn of it. Whoever deals with that is woken once, behind all that
 * the loop has to read in this turn: what many connections sent then makes few blocks, and costs few calls of the system.
 * Confined to its event loop.
 */
public final class OfferedEvents {
    private final EventIntake door;
    /** The shards that events went to in this turn; see {@link Intake#takePublished}. */
    private long published;

    private boolean flushComes;

    public OfferedEvents(EventIntake door) {
        this.door = door;
    }

    /**
     * Events went to shards.
     *
     * @param loop runs a task behind what is read in this turn
     */
    public void published(long shards, Executor loop) {
        published |= shards;
        if (!flushComes) {
            flushComes = true;
            loop.execute(this::flush);
        }
    }

    private void flush() {
        flushComes = false;
        long shards = published;
        published = 0;
        door.flush(shards);
    }
}
