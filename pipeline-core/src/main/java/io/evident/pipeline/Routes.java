package io.evident.pipeline;

import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.pipeline.agent.WakingIdle;
import io.evident.pipeline.journal.BlockSource;
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
    /** For each writer its shards: a bit for each, in turn again from the 65th on. */
    private final long[] shardsOf;

    private final BlockSource[] sources;
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
        this.shardsOf =
                writers.stream().mapToLong(writer -> shardsOf(writer, roads)).toArray();
        this.sources = roads.stream().map(ShardRoad::source).toArray(BlockSource[]::new);
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

    /** The incarnation of a journaled event. Throws {@link IllegalStateException} when no block holds the sequence. */
    int incarnationOf(int shard, long sequence) {
        return sources[shard].incarnationOf(sequence);
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

    private static long shardsOf(WakingIdle writer, List<ShardRoad> roads) {
        long shards = 0;
        for (ShardRoad road : roads) {
            if (!road.isSealed() && road.group().idle() == writer) {
                shards |= 1L << road.shard().shard();
            }
        }
        return shards;
    }

    /** Wakes the writers of some shards: a bit for each, in turn again from the 65th on. */
    void wakeWriters(long shards) {
        for (int i = 0; i < writers.length; i++) {
            if ((shardsOf[i] & shards) != 0) {
                writers[i].wake();
            }
        }
    }

    /** Reads the slots that so many events will fill if they go into this lane and fall to all shards alike. */
    long look(Lane lane, int events) {
        long looked = 0;
        int each = (events + router.shardCount() - 1) / router.shardCount();
        for (int shard = 0; shard < router.shardCount(); shard++) {
            looked ^= shards[shard].lanes().ring(lane).look(each);
        }
        return looked;
    }
}
