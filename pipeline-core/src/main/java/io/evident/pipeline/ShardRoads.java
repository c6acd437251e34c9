package io.evident.pipeline;

import io.evident.event.Lane;
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
import io.evident.pipeline.writer.WriterProgress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * The shards' parts of the road and the threads that serve them. Shards are added at the end, also while the threads run;
 * none ever goes. One that is sealed has no threads; it gets them when it is opened. One thread at a time changes it;
 * {@link #all} is for any.
 */
final class ShardRoads {
    /** Slots of a lane that nothing is sent to. */
    private static final int UNUSED_LANE = 2;

    /** How late a stall of a writer may be seen that nobody sends another CRITICAL event to: those wake the thread. */
    private static final long EMERGENCY_REST_NS = TimeUnit.MILLISECONDS.toNanos(100);

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
    private volatile List<ShardRoad> working = List.of();
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

    /** Those that somebody writes. */
    List<ShardRoad> working() {
        return working;
    }

    /** Whether a shard is here, sealed. */
    boolean isSealed(int shard) {
        List<ShardRoad> now = roads;
        return shard < now.size() && now.get(shard).isSealed();
    }

    /**
     * Lays the road for more shards, and starts their threads if the others run: those that were sealed and are open now, and
     * behind the last one more, in their order. When that fails, as for want of memory, all is as it was.
     */
    void add(List<ShardStores> stores) {
        List<ShardRoad> more = new ArrayList<>(roads);
        List<ShardRoad> fresh = new ArrayList<>();
        int groupsBefore = groups.size();
        int threadsBefore = threads.size();
        try {
            for (ShardStores each : stores) {
                int shard = each.journal().shard();
                boolean opens = isSealed(shard) && !each.journal().isSealed();
                if (!opens && shard != more.size()) {
                    throw new IllegalArgumentException(
                            "shard " + shard + " stands in the place of shard " + more.size());
                }
                ShardRoad road = each.journal().isSealed() ? laySealed(each) : lay(each);
                fresh.add(road);
                if (opens) {
                    more.set(shard, road);
                } else {
                    more.add(road);
                }
            }
            if (started) {
                startGroups(groupsBefore);
                fresh.forEach(this::startShard);
            }
        } catch (RuntimeException | Error e) {
            takeBack(fresh, groupsBefore, threadsBefore);
            throw e;
        }
        roads = List.copyOf(more);
        working = roads.stream().filter(road -> !road.isSealed()).toList();
    }

    private void takeBack(List<ShardRoad> fresh, int groupsBefore, int threadsBefore) {
        fresh.stream()
                .filter(road -> !road.isSealed())
                .forEach(road -> road.group().remove(road.writer()));
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
                ShardCommitter.idle(),
                group.progress(),
                emergency,
                tally(stores));
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

    /** Nobody writes it. */
    private ShardRoad laySealed(ShardStores stores) {
        int[] capacities = new int[Lane.count()];
        Arrays.fill(capacities, UNUSED_LANE);
        ShardContext shard = new ShardContext(
                stores.journal(),
                new ShardLanes(capacities, overflow, () -> {}),
                duplicates,
                listener,
                clock,
                new WakingIdle(0, EMERGENCY_REST_NS),
                new WriterProgress(),
                null,
                tally(stores));
        return new ShardRoad(shard, stores.source(), null, null, null, null);
    }

    private StoredTally tally(ShardStores stores) {
        return new StoredTally(
                ledger,
                stores.journal().shard(),
                stores.journal().incarnation(),
                stores.journal().nextSequence());
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
        if (road.isSealed()) {
            return;
        }
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
