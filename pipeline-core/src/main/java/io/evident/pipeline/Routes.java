package io.evident.pipeline;

import io.evident.event.EventView;
import io.evident.pipeline.agent.WakingIdle;
import io.evident.pipeline.writer.ShardContext;
import io.evident.pipeline.writer.ShardState;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the gate sends events at one moment: the shards, and the map by which one of them is chosen. Immutable; replaced as
 * a whole, and read once per event, so that no event sees a part of a change.
 */
final class Routes {
    private final ShardRouter router;
    private final ShardContext[] shards;
    private final WakingIdle[] writers;
    private final IncarnationLookup incarnations;
    /** The maps that were in use before since the start, the latest first. */
    private final List<ShardRouter> earlier;

    Routes(ShardRouter router, List<ShardRoad> roads, List<WakingIdle> writers) {
        this(router, roads, writers, List.of());
    }

    private Routes(ShardRouter router, List<ShardRoad> roads, List<WakingIdle> writers, List<ShardRouter> earlier) {
        if (router.shardCount() > roads.size()) {
            throw new IllegalArgumentException(
                    "the shard map has " + router.shardCount() + " shards, opened are " + roads.size());
        }
        this.router = router;
        this.shards = roads.stream().map(ShardRoad::shard).toArray(ShardContext[]::new);
        this.writers = writers.toArray(WakingIdle[]::new);
        this.incarnations =
                new IncarnationLookup(roads.stream().map(ShardRoad::source).toList());
        this.earlier = List.copyOf(earlier);
    }

    /** The same map over more shards, to which it sends nothing yet. */
    Routes over(List<ShardRoad> roads, List<WakingIdle> moreWriters) {
        return new Routes(router, roads, moreWriters, earlier);
    }

    /** The next map. */
    Routes by(ShardRouter next, List<ShardRoad> roads, List<WakingIdle> moreWriters) {
        if (next.epoch() <= router.epoch()) {
            throw new IllegalArgumentException("epoch " + next.epoch() + " does not follow epoch " + router.epoch());
        }
        List<ShardRouter> before = new ArrayList<>();
        before.add(router);
        before.addAll(earlier);
        return new Routes(next, roads, moreWriters, before);
    }

    ShardRouter router() {
        return router;
    }

    /** The shard of an event. */
    ShardContext shardOf(EventView event) {
        return shards[router.shardOf(event)];
    }

    /** The shard of a number. */
    ShardContext shard(int number) {
        return shards[number];
    }

    IncarnationLookup incarnations() {
        return incarnations;
    }

    /**
     * The map by which an event goes that was sent before and may be stored all the same. That is found out at the next start,
     * and by the shard that may have it: so when the event belonged to one that has failed since, it goes there again, and
     * not to another that would store it once more.
     */
    ShardRouter ofDoubtful(EventView event) {
        for (ShardRouter before : earlier) {
            if (shards[before.shardOf(event)].health().state() == ShardState.FAILED) {
                return before;
            }
        }
        return router;
    }

    /** Wakes all writers. */
    void wakeWriters() {
        for (WakingIdle writer : writers) {
            writer.wake();
        }
    }
}
