package io.evident.sharding.query.fleet;

import io.evident.pipeline.index.ShardIndex;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EmergencySource;
import java.util.Objects;

/**
 * What a query reads of one shard.
 *
 * @param blocks its journal
 * @param emergency its emergency journal, or {@code null} when it has none
 * @param index its index; {@link ShardIndex#none} when it has none, and everything is read
 */
public record SearchableShard(BlockSource blocks, EmergencySource emergency, ShardIndex index) {
    public SearchableShard {
        Objects.requireNonNull(blocks, "blocks");
        Objects.requireNonNull(index, "index");
        if (emergency != null && emergency.shard() != blocks.shard()) {
            throw new IllegalArgumentException("the emergency journal of shard " + emergency.shard()
                    + " stands in the place of that of shard " + blocks.shard());
        }
    }

    /** Its number. */
    public int shard() {
        return blocks.shard();
    }
}
