package io.evident.pipeline;

import io.evident.pipeline.agent.AgentThread;
import io.evident.pipeline.agent.WakingIdle;
import io.evident.pipeline.duplicate.DuplicateWindow;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.CommitListener;
import io.evident.pipeline.lane.OverflowPool;
import io.evident.pipeline.lane.ShardLanes;
import io.evident.pipeline.ledger.IntakeLedger;
import io.evident.pipeline.ledger.StoredTally;
import io.evident.pipeline.writer.EmergencyPath;
import io.evident.pipeline.writer.EmergencyPlan;
import io.evident.pipeline.writer.ShardCommitter;
import io.evident.pipeline.writer.ShardContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * The shards' parts of the road and the threads that serve them. Shards are added at the end, also while the threads run;
 * none ever goes. One thread at a time changes it; {@link #all} is for any.
 */
final class ShardRoads {
    private static final int COMMITTER_SPINS = 20;
    private static final long EMERGENCY_REST_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final PipelineConfig config;
    private final DuplicateWindow duplicates;
    private final IntakeLedger ledger;
    private final CommitListener listener;
    private final NanoClock clock;
    private final EmergencyPlan emergencyPlan;
    private final OverflowPool overflow;
    private final OverflowPool emergencyOverflow;
    private final List<WriterGroup> groups = new ArrayList<>();
    private final List<AgentThread> threads = new ArrayList<>();
    private volatile List<ShardRoad> roads = List.of();
    private boolean started;

    ShardRoads(
            PipelineConfig config,
            DuplicateWindow duplicates,
            IntakeLedger ledger,
            CommitListener listener,
            EmergencyPlan emergencyPlan,
            NanoClock clock) {
        this.config = config;
        this.duplicates = duplicates;
        this.ledger = ledger;
        this.listener = listener;
        this.clock = clock;
        this.emergencyPlan = emergencyPlan;
        this.overflow = new OverflowPool(config.overflowBytes());
        this.emergencyOverflow = new OverflowPool(emergencyPlan.overflowBytes());
    }

    /** Every shard's, in order. */
    List<ShardRoad> all() {
        return roads;
    }

    /** How the writers' threads rest. */
    List<WakingIdle> writerIdles() {
        return groups.stream().map(WriterGroup::idle).toList();
    }

    /**
     * Lays the road for more shards, in their order, and starts their threads if the others run. When that fails, as for want
     * of memory, all is as it was.
     */
    void add(List<ShardStores> stores) {
        List<ShardRoad> fresh = new ArrayList<>();
        int groupsBefore = groups.size();
        int threadsBefore = threads.size();
        try {
            for (ShardStores each : stores) {
                if (each.journal().shard() != roads.size() + fresh.size()) {
                    throw new IllegalArgumentException("shard " + each.journal().shard()
                            + " stands in the place of shard " + (roads.size() + fresh.size()));
                }
                fresh.add(lay(each));
            }
            if (started) {
                startGroups(groupsBefore);
                fresh.forEach(this::startShard);
            }
        } catch (RuntimeException | Error e) {
            takeBack(fresh, groupsBefore, threadsBefore);
            throw e;
        }
        List<ShardRoad> more = new ArrayList<>(roads);
        more.addAll(fresh);
        roads = List.copyOf(more);
    }

    private void takeBack(List<ShardRoad> fresh, int groupsBefore, int threadsBefore) {
        fresh.forEach(road -> road.group().remove(road.writer()));
        List<AgentThread> begun = threads.subList(threadsBefore, threads.size());
        begun.forEach(AgentThread::stop);
        begun.clear();
        groups.subList(groupsBefore, groups.size()).clear();
    }

    private ShardRoad lay(ShardStores stores) {
        WriterGroup group = group();
        EmergencyPath emergency = stores.emergency() == null
                ? null
                : new EmergencyPath(
                        stores.emergency(),
                        emergencyPlan,
                        emergencyOverflow,
                        foldedThrough(stores.source()),
                        new WakingIdle(0, EMERGENCY_REST_NS),
                        clock);
        ShardContext shard = new ShardContext(
                stores.journal(),
                new ShardLanes(config.laneCapacities().byLane(), overflow, group.idle()::wake),
                duplicates,
                listener,
                clock,
                new WakingIdle(COMMITTER_SPINS, ShardCommitter.restNs(config.minForceIntervalNs())),
                group.progress(),
                emergency,
                new StoredTally(
                        ledger,
                        stores.journal().shard(),
                        stores.journal().incarnation(),
                        stores.journal().nextSequence()));
        ShardRoad road = new ShardRoad(
                shard,
                stores.source(),
                shard.newWriter(config.laneBudgets().byLane(), config.block()),
                shard.newCommitter(config.minForceIntervalNs(), config.maxForceIntervalNs()),
                emergency == null ? null : shard.newEmergencyWriter(config.block()),
                group);
        group.add(road.writer());
        return road;
    }

    /** A thread of its own as long as there may be more, then the one that has the fewest shards. */
    private WriterGroup group() {
        if (groups.size() < config.writers()) {
            groups.add(new WriterGroup(groups.size()));
            return groups.get(groups.size() - 1);
        }
        return groups.stream().min(Comparator.comparingInt(WriterGroup::size)).orElseThrow();
    }

    static long foldedThrough(BlockSource source) {
        return source.foldedThrough(source.blockCount());
    }

    /** Starts the threads; those of shards that come later start with them. */
    void start() {
        started = true;
        startGroups(0);
        roads.forEach(this::startShard);
    }

    private void startGroups(int from) {
        for (WriterGroup group : groups.subList(from, groups.size())) {
            threads.add(AgentThread.start(group.roleName(), group, group.idle()));
        }
    }

    private void startShard(ShardRoad road) {
        ShardContext shard = road.shard();
        threads.add(AgentThread.start("committer-" + shard.shard(), road.committer(), shard.committerIdle()));
        if (road.emergencyWriter() != null) {
            threads.add(AgentThread.start(
                    "emergency-" + shard.shard(),
                    road.emergencyWriter(),
                    shard.emergency().idle()));
        }
    }

    /** Whether threads do the work. */
    boolean isRunning() {
        return !threads.isEmpty();
    }

    /** Tells the threads to end; returns them. */
    List<AgentThread> stop() {
        List<AgentThread> stopped = List.copyOf(threads);
        stopped.forEach(AgentThread::stop);
        threads.clear();
        started = false;
        return stopped;
    }
}
