package io.evident.sharding.tail;

import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.CommitListener;
import io.evident.pipeline.query.LiveTail;
import io.evident.pipeline.retention.Horizon;
import io.evident.pipeline.retention.ShardHorizon;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.agrona.concurrent.Agent;

/**
 * Everyone who follows the live tail. The road only wakes it; what is new it reads from the journal, at the pace of each
 * follower: one that is not ready costs neither memory nor the others' time, and reads on later. Followers at the same
 * block share one read of it. In each turn a following moves on by at most one block of each shard.
 *
 * <p>A block that cannot be read holds back the followings that have come to it, is named in the log and is tried again
 * each second: a tail that skipped it would be wrong, and nobody would know. Only what is on a failed volume is
 * passed by, and named in the log: it comes back with a restart, and the tail must not wait for that.
 *
 * <p>{@link #doWork} belongs to one thread: the one that {@link #start} begins, or a test's.
 */
public final class FollowHub implements LiveTail, CommitListener, Agent, AutoCloseable {
    /** By shard; they only become more. */
    private volatile List<BlockSource> sources;

    private final Supplier<Horizon> horizon;
    private final LongSupplier clockNs;
    /** For the sources of the turn at hand, by shard, as are their block counts. */
    private final List<BlockHolder> blocks = new ArrayList<>();

    private int[] blockCounts = {};
    private final List<Follow> follows = new CopyOnWriteArrayList<>();
    private final TailThread thread = new TailThread(this);
    private volatile boolean closed;

    /**
     * @param sources one for each shard, by shard
     * @param horizon what has expired by now: it is not offered, neither to who resumes in front of it. Never goes back
     * @param clockNs a clock that never steps back, such as {@link System#nanoTime()}
     */
    public FollowHub(List<BlockSource> sources, Supplier<Horizon> horizon, LongSupplier clockNs) {
        this.sources = List.copyOf(sources);
        this.horizon = horizon;
        this.clockNs = clockNs;
    }

    /**
     * Follows more shards, behind those that are there: everyone who follows gets what they hold from their start on. To be
     * called before anything is written into them. By one thread at a time.
     */
    public void addShards(List<BlockSource> more) {
        List<BlockSource> all = new ArrayList<>(sources);
        all.addAll(more);
        sources = List.copyOf(all);
    }

    /** Begins the thread {@code live-tail}; at most once. */
    public void start() {
        thread.start();
    }

    /** Ends the thread, if it was begun, and all followings. */
    @Override
    public void close() {
        closed = true;
        thread.end();
        follows.forEach(Follow::close);
    }

    /** Throws {@link IllegalStateException} once the hub is closed. */
    @Override
    public Following follow(EventFilter filter, String after, Follower follower) {
        List<BlockSource> now = sources;
        TailPosition[] positions = after != null
                ? TailPosition.parse(after, now)
                : now.stream().map(TailPosition::endOf).toArray(TailPosition[]::new);
        Follow follow = new Follow(filter, positions, follower, follows::remove);
        follows.add(follow);
        if (closed) {
            follow.close();
            throw new IllegalStateException("the live tail is closed");
        }
        thread.wakeNow();
        return follow;
    }

    /** Wakes the tail when it waits; allocates nothing and takes no lock. */
    @Override
    public void onJournaled(int shard, BlockInfo info, Block block) {
        thread.wake();
    }

    /** Of no interest here: what is followed is journaled. */
    @Override
    public void onSynced(int shard, long sequence) {
        // The tail shows events as soon as they are journaled.
    }

    /** Whether there is anybody to wake up for. */
    boolean isFollowed() {
        return !follows.isEmpty();
    }

    @Override
    public String roleName() {
        return "live-tail";
    }

    /** One turn: offers each following its next block of each shard. Returns the number of blocks that were looked at. */
    @Override
    public int doWork() {
        if (follows.isEmpty()) {
            blocks.forEach(BlockHolder::release);
            return 0;
        }
        List<BlockSource> now = look();
        follows.forEach(Follow::begin);
        long nowNs = clockNs.getAsLong();
        int work = 0;
        for (int shard = 0; shard < blockCounts.length; shard++) {
            for (Map.Entry<Integer, List<Follow>> group :
                    readyByBlock(shard, now.get(shard)).entrySet()) {
                ShardHorizon expired = horizon.get().of(shard);
                work += blocks.get(shard).offer(group.getKey(), group.getValue(), expired, nowNs);
            }
        }
        for (Follow follow : follows) {
            follow.endTurn(now, blockCounts, nowNs);
        }
        return work;
    }

    /** How far every shard has come. */
    private List<BlockSource> look() {
        List<BlockSource> now = sources;
        for (BlockSource source : now.subList(blocks.size(), now.size())) {
            blocks.add(new BlockHolder(source));
        }
        blockCounts = now.stream().mapToInt(BlockSource::blockCount).toArray();
        return now;
    }

    /** The followings that have something to read in a shard and are ready for it, by the block they are at. */
    private Map<Integer, List<Follow>> readyByBlock(int shard, BlockSource source) {
        Map<Integer, List<Follow>> groups = new TreeMap<>();
        for (Follow follow : follows) {
            int index = passRemoved(follow, shard, source);
            if (index < blockCounts[shard] && follow.isReady()) {
                groups.computeIfAbsent(index, key -> new ArrayList<>()).add(follow);
            }
        }
        return groups;
    }

    /** The block a following is at, once it has passed by those that are gone. */
    private int passRemoved(Follow follow, int shard, BlockSource source) {
        int index = follow.blockIndex(shard);
        if (index >= blockCounts[shard]) {
            return index;
        }
        int kept = Math.min(source.nextKept(index), blockCounts[shard]);
        if (kept > index) {
            follow.jumpTo(shard, source, kept);
        }
        return kept;
    }
}
