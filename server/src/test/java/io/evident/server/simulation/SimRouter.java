package io.evident.server.simulation;

import io.evident.event.EventView;
import io.evident.pipeline.ShardRouter;
import io.evident.sharding.ShardMap;
import io.evident.sharding.SlotRouter;

/** The real router, at whose question others may get their turn. */
final class SimRouter implements ShardRouter {
    private final Life life;
    private final SlotRouter router;

    SimRouter(Life life, int shards) {
        this.life = life;
        this.router = new SlotRouter(ShardMap.first(shards));
    }

    @Override
    public int shardCount() {
        return router.shardCount();
    }

    @Override
    public int shardOf(EventView event) {
        life.elsewhere();
        return router.shardOf(event);
    }

    int shardOfQuietly(EventView event) {
        return router.shardOf(event);
    }

    @Override
    public int epoch() {
        return router.epoch();
    }
}
