package io.evident.sharding;

import java.util.List;

/**
 * The shard maps of a data directory as a start found them.
 *
 * @param history the maps of all epochs
 * @param findings what was wrong and what was done about it, a sentence each; empty when nothing was
 */
public record OpenedShardMap(ShardHistory history, List<String> findings) {
    public OpenedShardMap {
        findings = List.copyOf(findings);
    }
}
