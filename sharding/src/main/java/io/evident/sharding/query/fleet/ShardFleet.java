package io.evident.sharding.query.fleet;

import io.evident.sharding.ShardHistory;
import java.util.List;

/**
 * All shards at one moment, and which events they may hold. Replaced as a whole when shards are added.
 *
 * @param shards by shard, from 0
 * @param history the shard maps so far
 */
public record ShardFleet(List<SearchableShard> shards, ShardHistory history) {
    /** Throws {@link IllegalArgumentException} when the shards are not those of the history. */
    public ShardFleet {
        shards = List.copyOf(shards);
        if (shards.size() != history.current().shardCount()) {
            throw new IllegalArgumentException(
                    shards.size() + " sources for " + history.current().shardCount() + " shards");
        }
        for (int shard = 0; shard < shards.size(); shard++) {
            if (shards.get(shard).shard() != shard) {
                throw new IllegalArgumentException(
                        "the source of shard " + shards.get(shard).shard() + " stands in the place of shard " + shard);
            }
        }
    }
}
