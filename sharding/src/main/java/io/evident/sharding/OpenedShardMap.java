package io.evident.sharding;

import java.util.List;

/**
 * The shard maps of a data directory as a start found them.
 *
 * @param history the maps of all epochs
 * @param findings what was wrong and what was done about it, a sentence each; empty when nothing was
 * @param unknownShards the shards that have a directory and are not in the map, ascending: they are not served. A growth
 *     that was interrupted leaves such, empty
 * @param isLater whether a later version wrote them: nothing is lost, but this version does not start
 */
public record OpenedShardMap(
        ShardHistory history, List<String> findings, List<Integer> unknownShards, boolean isLater) {
    public OpenedShardMap {
        findings = List.copyOf(findings);
        unknownShards = List.copyOf(unknownShards);
    }
}
