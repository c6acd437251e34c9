package io.evident.sharding;

import io.evident.event.EventView;
import io.evident.pipeline.ShardRouter;

/** Routes events by their slot and one shard map. Immutable. */
public final class SlotRouter implements ShardRouter {
    private final ShardMap map;

    public SlotRouter(ShardMap map) {
        this.map = map;
    }

    @Override
    public int shardCount() {
        return map.shardCount();
    }

    @Override
    public int shardOf(EventView event) {
        return map.shardOf(SlotHash.slotOf(event));
    }

    @Override
    public int epoch() {
        return map.epoch();
    }
}
