package io.evident.pipeline.index;

import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.journal.EventPlace;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.ShardHorizon;
import java.util.List;
import java.util.UUID;

/**
 * The index of a run of blocks, as it was when it was asked for. Its events are numbered from 0 in the order of their
 * sequences, block after block; also one that has expired and was removed since has its number, and is never found.
 * Thread-safe; what it says never changes.
 *
 * <p>Every method that looks inside throws {@link IndexDamagedException} when what it needs is not what was written: the
 * blocks are to be read instead, and {@link ShardIndex#parts} leaves the part out from then on.
 */
public interface IndexPart {
    /** The first block, as {@link io.evident.pipeline.journal.BlockSource#block} counts. */
    int firstBlock();

    /** The block behind the last one. */
    int endBlock();

    /** How many events it covers, at least 1. */
    int events();

    /**
     * The number of a block's first event.
     *
     * @param block from {@link #firstBlock} to {@link #endBlock}, which gives {@link #events}
     */
    int firstEvent(int block);

    /** The block of an event. */
    int blockOf(int event);

    /** Smallest event time, nanoseconds since 1970. */
    long minTimeNs();

    /** Largest event time. */
    long maxTimeNs();

    /** Its blocks in runs, with the first event and the times of each. */
    BlockRuns runs();

    /** The time of an event. */
    long timeNs(int event);

    /** The times of those events of a set that lie in a block, in the order of the events. */
    long[] timesNs(int block, EventSet among);

    /** Where the bytes of an event are. */
    EventPlace place(int event);

    /** Those events of a set that lie in a block, in their order. */
    List<IndexedEvent> eventsOf(int block, EventSet among);

    /** False only when it has nothing that a filter asks for; true where that takes more than a look at what is in memory. */
    default boolean mayFind(EventFilter filter) {
        return true;
    }

    /**
     * The events that are within the filter's scope, meet all of its conditions, lie in the range and have not expired. Its
     * text is not looked at.
     *
     * @param horizon what has expired in the shard
     */
    EventSet search(EventFilter filter, TimeRange range, ShardHorizon horizon);

    /**
     * The same events, for whoever counts most of them without going through them: nothing is copied that is only counted,
     * and questions look into the part again, so that each of them may find it damaged.
     *
     * @param horizon what has expired in the shard
     */
    default EventSet tally(EventFilter filter, TimeRange range, ShardHorizon horizon) {
        return search(filter, range, horizon);
    }

    /**
     * Events that may have this id, with those that have it among them, unless they were removed: mostly none, or one.
     * Whoever reads them sees whether they do, and whether they have expired.
     */
    EventSet withId(UUID id);

    /**
     * How events are distributed over the values of a field, as {@link io.evident.pipeline.query.SummaryQuery.ByField} tells
     * them.
     */
    void count(FilterField field, EventSet among, ValueCounts counts);

    /** Takes the values of a field. */
    interface ValueCounts {
        /**
         * So many events have this value.
         *
         * @param value as an answer has it
         * @param count at least 1
         */
        void add(String value, int count);
    }
}
