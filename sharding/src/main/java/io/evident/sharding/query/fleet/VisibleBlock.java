package io.evident.sharding.query.fleet;

import io.evident.event.Receipt;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import java.io.IOException;

/**
 * A block that a query may see, of a shard's journal or of its emergency journal.
 *
 * @param view the shard as the query found it
 * @param info its description; where it is an emergency block, positions stand in the place of sequences
 * @param isEmergency which of the two it is of
 */
public record VisibleBlock(ShardView view, BlockInfo info, boolean isEmergency) {
    /** The shard it is of. */
    public int shard() {
        return view.shard();
    }

    /** The sequence of one of its events, in the form in which answers are ordered and given. */
    public long sequence(long sequenceOrPosition) {
        return isEmergency ? Receipt.atEmergencyPosition(sequenceOrPosition) : sequenceOrPosition;
    }

    /**
     * Reads it.
     *
     * @throws BlockMovedException when it was in the emergency journal, and is in the shard's own by now
     */
    public void read(BlockReader into) throws IOException {
        view.read(this, into);
    }
}
