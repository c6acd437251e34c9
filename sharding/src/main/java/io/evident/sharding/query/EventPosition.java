package io.evident.sharding.query;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.query.EventQuery.Order;
import io.evident.pipeline.query.StoredEvent;
import io.evident.sharding.query.fleet.VisibleBlock;
import java.util.Comparator;

/**
 * Where an event stands in the order of all answers; no two events share one. The sequence is as in a {@link
 * io.evident.event.Receipt}: negative for an event that is in the emergency journal only.
 */
record EventPosition(long timeNs, int shard, int incarnation, long sequence) implements Comparable<EventPosition> {
    private static final Comparator<EventPosition> OLDEST_FIRST = EventPosition::compareTo;
    private static final Comparator<EventPosition> NEWEST_FIRST = (one, other) -> other.compareTo(one);

    static EventPosition of(StoredEvent stored) {
        return new EventPosition(stored.event().timeNs(), stored.shard(), stored.incarnation(), stored.sequence());
    }

    /** A position before which no event of the block stands. */
    static EventPosition lowest(VisibleBlock block) {
        BlockInfo info = block.info();
        long sequence = Math.min(block.sequence(info.firstSequence()), block.sequence(info.lastSequence()));
        return new EventPosition(info.minTimeNs(), block.shard(), info.incarnation(), sequence);
    }

    /** A position behind which no event of the block stands. */
    static EventPosition highest(VisibleBlock block) {
        BlockInfo info = block.info();
        long sequence = Math.max(block.sequence(info.firstSequence()), block.sequence(info.lastSequence()));
        return new EventPosition(info.maxTimeNs(), block.shard(), info.incarnation(), sequence);
    }

    /** What stands first in an answer of this order is the least. */
    static Comparator<EventPosition> inOrder(Order order) {
        return order == Order.ASC ? OLDEST_FIRST : NEWEST_FIRST;
    }

    @Override
    public int compareTo(EventPosition other) {
        if (timeNs != other.timeNs) {
            return Long.compare(timeNs, other.timeNs);
        }
        if (shard != other.shard) {
            return Integer.compare(shard, other.shard);
        }
        return incarnation != other.incarnation
                ? Integer.compare(incarnation, other.incarnation)
                : Long.compare(sequence, other.sequence);
    }
}
