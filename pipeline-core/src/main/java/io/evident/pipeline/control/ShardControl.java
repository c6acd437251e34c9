package io.evident.pipeline.control;

import java.util.function.Consumer;

/** Shows the shards of a server at work, and makes them more or fewer. Thread-safe; never blocks. */
public interface ShardControl {
    /** How the shards are now. */
    ShardOverview overview();

    /**
     * Begins a new epoch in which this many shards take new events. Events are taken all the while, and none is moved.
     *
     * @param shards how many shards there are to be afterwards
     * @param caller who wants it, for the audit
     * @param answer gets the one answer, on the caller's thread when it is refused at once, else on another
     */
    void resize(int shards, Caller caller, Consumer<ResizeAnswer> answer);

    /**
     * Who asks.
     *
     * @param name the principal's
     * @param address where it asks from, as text
     */
    record Caller(String name, String address) {}
}
