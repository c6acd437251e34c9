package io.evident.pipeline;

import io.evident.event.EventView;

/** Which shard an event belongs to. Thread-safe, and without allocation: called once per event by network threads. */
public interface ShardRouter {
    /** The number of shards, 1 to 4096. */
    int shardCount();

    /** The shard of an event, 0 to {@link #shardCount()} - 1. Events of one tenant's stream share one. */
    int shardOf(EventView event);

    /** The epoch of the shard map, from 1. */
    int epoch();
}
