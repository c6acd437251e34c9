package io.evident.sharding.query.fleet;

import io.evident.event.EventView;
import io.evident.event.Refusal;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EventPlace;
import io.evident.pipeline.journal.FailedVolumeException;
import io.evident.pipeline.journal.RemovedEventException;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.retention.ShardHorizon;
import java.io.IOException;

/**
 * An event that the index found, and that is not read yet.
 *
 * @param source the journal of its shard
 * @param place where it is
 * @param horizon what has expired in that
 */
public record FoundEvent(BlockSource source, EventPlace place, ShardHorizon horizon) {
    /** Whether it has expired, as it turns out when it is read. */
    public boolean isHidden(StoredEvent stored) {
        return horizon.hides(stored.event(), stored.sequence());
    }

    /**
     * Reads it.
     *
     * @throws RemovedEventException when it has expired, by a later horizon than the one it was found by
     * @throws IOException when it is damaged: a query must not pass it over in silence
     */
    public StoredEvent read() throws IOException {
        BlockInfo block = source.block(place.block());
        try {
            byte[] bytes = source.readEvent(block, place);
            EventView event = new EventView();
            Refusal refusal = event.wrap(bytes, 0, bytes.length);
            if (refusal != null) {
                throw new IOException(refusal.detail());
            }
            return StoredEvent.owning(event, source.shard(), block, place.sequence());
        } catch (FailedVolumeException | RemovedEventException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    "shard " + source.shard() + ": the event with sequence " + place.sequence() + " in segment "
                            + block.segment() + " at " + (block.position() + place.offset()) + " cannot be read: "
                            + e.getMessage(),
                    e);
        }
    }
}
