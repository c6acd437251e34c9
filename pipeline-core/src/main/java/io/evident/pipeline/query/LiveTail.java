package io.evident.pipeline.query;

import io.evident.pipeline.filter.EventFilter;

/** Events as they arrive, in arrival order per shard. Thread-safe. */
public interface LiveTail {
    /**
     * Begins to follow: with the next event to be journaled, or after a position that an earlier following gave.
     *
     * @param after a position from {@link Follower#event}, or {@code null} to begin now
     * @return the handle that ends it
     * @throws IllegalArgumentException when {@code after} is no position of this server
     */
    Following follow(EventFilter filter, String after, Follower follower);

    /** Ends a following; may be called more than once, from any thread. */
    interface Following extends AutoCloseable {
        @Override
        void close();
    }

    /** The receiving end; all methods are called on the tail's one thread and must not block. */
    interface Follower {
        /** Whether an event would be taken now; while false, none is offered, and the follower falls behind. */
        boolean isReady();

        /**
         * Where the following begins: told once, when it is ready for the first time, before all else. Whoever breaks off
         * before the first event resumes from there, without a gap.
         *
         * @param position as in {@link #event}
         */
        default void begin(String position) {}

        /**
         * The next event that matches.
         *
         * @param position resumes after this event when given to {@link LiveTail#follow}
         */
        void event(StoredEvent event, String position);

        /** How many events of all shards lie between this follower and the end; told now and then while it is behind. */
        void lag(long eventsBehind);

        /** Everything known so far has been offered: what was gathered may be passed on. */
        void flush();
    }
}
