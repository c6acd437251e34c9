package io.evident.sharding;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The shard maps of a data directory as a start found them.
 *
 * @param history the maps of all epochs
 * @param findings what was wrong and what was done about it, a sentence each; empty when nothing was
 * @param directories how many shards have a directory, those in between counted too. More than the map knows are not
 *     served: a growth that was interrupted leaves such, empty
 */
public record OpenedShardMap(ShardHistory history, List<String> findings, int directories) {
    public OpenedShardMap {
        findings = List.copyOf(findings);
    }

    /** The shards that have a directory and are not in the map. */
    public List<Integer> unknownShards() {
        int known = history == null ? directories : history.current().shardCount();
        return IntStream.range(Math.min(known, directories), directories)
                .boxed()
                .toList();
    }
}
