package io.evident.sharding;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The shard maps of all epochs so far. New events go by the {@link #current()} one; a question about the past has to ask
 * every shard that a slot ever belonged to. Immutable.
 *
 * @param epochs by epoch, dense from 1; a later epoch never knows fewer shards, though some may have no slots
 */
public record ShardHistory(List<ShardMap> epochs) {
    /** Throws {@link IllegalArgumentException} when the epochs do not follow each other. */
    public ShardHistory {
        epochs = List.copyOf(epochs);
        if (epochs.isEmpty()) {
            throw new IllegalArgumentException("there is no epoch");
        }
        for (int i = 0; i < epochs.size(); i++) {
            ShardMap map = epochs.get(i);
            if (map.epoch() != i + 1) {
                throw new IllegalArgumentException(
                        "epoch " + (i + 1) + " is missing, epoch " + map.epoch() + " stands in its place");
            }
            if (i > 0 && map.shardCount() < epochs.get(i - 1).shardCount()) {
                throw new IllegalArgumentException("epoch " + map.epoch() + " has " + map.shardCount()
                        + " shards, fewer than the epoch before it");
            }
        }
    }

    /** The history of a new data directory. */
    public static ShardHistory first(int shardCount) {
        return new ShardHistory(List.of(ShardMap.first(shardCount)));
    }

    /** The map by which new events are routed. */
    public ShardMap current() {
        return epochs.get(epochs.size() - 1);
    }

    /** This history and one more epoch, in which {@code shards} shards have the slots; see {@link ShardMap#withShards}. */
    public ShardHistory withShards(int shards) {
        List<ShardMap> more = new ArrayList<>(epochs);
        more.add(current().withShards(shards));
        return new ShardHistory(more);
    }

    /** Every shard that may hold events of a slot. */
    public BitSet shardsOf(int slot) {
        BitSet shards = new BitSet();
        for (ShardMap map : epochs) {
            shards.set(map.shardOf(slot));
        }
        return shards;
    }
}
