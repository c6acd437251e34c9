package io.evident.pipeline.control;

import java.util.List;

/**
 * The shards of a server at one moment.
 *
 * @param epoch of the shard map, from 1
 * @param shards every shard that is known, in order, those that take no new events too
 */
public record ShardOverview(int epoch, List<Shard> shards) {
    /**
     * One of them.
     *
     * @param slots how many of the slots it has; 0 for one that was given up
     * @param events that its journal holds
     * @param state how it is: open, failing-over, failed, sealed
     */
    public record Shard(int shard, int slots, long events, String state) {}

    public ShardOverview {
        shards = List.copyOf(shards);
    }

    /** How many shards take new events. */
    public int active() {
        return (int) shards.stream().filter(shard -> shard.slots() > 0).count();
    }
}
