package io.evident.pipeline;

import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.admission.RoomGuard;
import io.evident.pipeline.agent.AgentThread;
import io.evident.pipeline.duplicate.DuplicateWindow;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.CommitListener;
import io.evident.pipeline.journal.EmergencyStore;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.latency.ReceiptLatencies;
import io.evident.pipeline.ledger.IntakeLedger;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.priority.PriorityPolicy;
import io.evident.pipeline.writer.EmergencyPlan;
import io.evident.pipeline.writer.ShardContext;
import io.evident.pipeline.writer.ShardState;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The road of an event from the gate to the receipt, over all shards: gate, lanes, writers, committers. Made of what the
 * composition root opened; it closes the road in the order in which events travel it, and leaves the journals to their
 * owner.
 *
 * <p>{@link #start} gives every committer a thread and spreads the shards over the writer threads. A test leaves it out
 * and calls {@link #doWork} instead: then everything happens on the test's own thread.
 */
public final class Pipeline implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    /** How long refusals may take when the time is over, and then the threads. */
    private static final long LAST_GRACE_NS = TimeUnit.SECONDS.toNanos(1);

    /** How long a stop waits for the emergency journals to be folded in. */
    private static final long FOLD_GRACE_NS = TimeUnit.SECONDS.toNanos(2);

    private final PipelineConfig config;
    private final DuplicateWindow duplicates;
    private final IntakeLedger ledger;
    private final ReceiptLatencies receipts = new ReceiptLatencies();
    private final AdmissionGate gate;
    private final ShardRoads roads;
    private final DuplicateReplay replay;

    /** Lays a road over storage that always has room, without an emergency path. */
    public Pipeline(
            PipelineConfig config,
            ShardRouter router,
            PriorityPolicy policy,
            List<? extends Journal> journals,
            List<? extends BlockSource> sources,
            CommitListener listener,
            NanoClock clock)
            throws IOException {
        this(
                config,
                router,
                policy,
                journals,
                sources,
                EmergencyPlan.defaults(),
                List.of(),
                listener,
                RoomGuard.ALWAYS,
                clock);
    }

    /**
     * Lays the road, and teaches the duplicate window what the journals hold.
     *
     * @param journals one for each shard, in order
     * @param sources the readable side of each journal, in the same order
     * @param stores the emergency journal of each shard, in the same order; none at all for a road without, where a
     *     CRITICAL event whose lane is full is refused
     * @param room tells whether storage has room
     * @throws IOException when a journal cannot be read
     */
    public Pipeline(
            PipelineConfig config,
            ShardRouter router,
            PriorityPolicy policy,
            List<? extends Journal> journals,
            List<? extends BlockSource> sources,
            EmergencyPlan emergencyPlan,
            List<EmergencyStore> stores,
            CommitListener listener,
            RoomGuard room,
            NanoClock clock)
            throws IOException {
        if (router.shardCount() != journals.size() || journals.size() != sources.size()) {
            throw new IllegalArgumentException(
                    "the shard map has " + router.shardCount() + " shards, opened are " + journals.size());
        }
        this.config = config;
        this.duplicates = new DuplicateWindow(config.windowIds(), config.windowMs(), new SecureRandom().nextLong());
        this.ledger = new IntakeLedger(config.maxTenants());
        this.replay = new DuplicateReplay(duplicates, config.windowIds());
        this.roads = new ShardRoads(config, duplicates, ledger, listener, emergencyPlan, clock);
        List<ShardStores> opened = new ArrayList<>();
        for (int i = 0; i < journals.size(); i++) {
            opened.add(new ShardStores(journals.get(i), sources.get(i), stores.isEmpty() ? null : stores.get(i)));
        }
        remember(opened);
        roads.add(opened);
        this.gate = new AdmissionGate(
                new Routes(router, roads.all(), roads.writerIdles()),
                policy,
                duplicates,
                ledger,
                room,
                clock,
                config.tiers().byLane());
    }

    /** Teaches the duplicate window what shards hold. */
    private void remember(List<ShardStores> opened) {
        long nowMs = System.currentTimeMillis();
        replay.run(opened.stream().map(ShardStores::source).toList(), nowMs);
        for (ShardStores each : opened) {
            if (each.emergency() != null) {
                new FoldedReplay(duplicates).run(each.source(), each.emergency().blocks(), nowMs);
                replay.runEmergency(each.emergency().blocks(), ShardRoads.foldedThrough(each.source()), nowMs);
            }
        }
    }

    /** Starts the threads. */
    public void start() {
        roads.start();
    }

    /**
     * Lays the road for more shards, and starts their threads if the others run: those that were sealed and are open for
     * writing now, each with the same source, and more behind those that are there. Nothing is sent to them before {@link
     * #route}. Their lanes are as large as the others'. When it throws, as for want of memory, nothing has changed. By one
     * thread at a time, and none that closes the road.
     *
     * @param stores with an emergency journal each, if the others have one
     * @throws IllegalArgumentException when they are neither sealed here nor the shards that follow
     */
    public void addShards(List<ShardStores> stores) {
        // What a sealed shard holds was learned at the start; there is nothing in its emergency journal.
        remember(stores.stream()
                .filter(each -> !roads.isSealed(each.journal().shard()))
                .toList());
        roads.add(stores);
        gate.route(gate.routes().over(roads.all(), roads.writerIdles()));
    }

    /**
     * From now on events go by this map. Those that were routed before keep the epoch of theirs, and their shards. By one
     * thread at a time.
     *
     * @throws IllegalArgumentException when its epoch does not follow, or it has shards that were not added
     */
    public void route(ShardRouter router) {
        gate.route(gate.routes().by(router, roads.all(), roads.writerIdles()));
    }

    /** The epoch by which events are routed now. Any thread. */
    public int epoch() {
        return gate.routes().router().epoch();
    }

    /** One duty cycle of every emergency writer, writer and committer, on the caller's thread; for tests. */
    public int doWork() {
        int work = 0;
        List<ShardRoad> all = roads.working();
        for (ShardRoad road : all) {
            work += road.emergencyWriter() == null ? 0 : road.emergencyWriter().doWork();
        }
        for (ShardRoad road : all) {
            work += road.writer().doWork();
        }
        for (ShardRoad road : all) {
            work += road.committer().doWork();
        }
        return work;
    }

    /**
     * Every writer, then every committer, then every emergency writer, in the order of their shards; for tests that let them
     * take turns on one thread instead of {@link #start}.
     */
    public List<Agent> agents() {
        List<Agent> agents = new ArrayList<>();
        roads.working().forEach(road -> agents.add(road.writer()));
        roads.working().forEach(road -> agents.add(road.committer()));
        roads.working().stream()
                .map(ShardRoad::emergencyWriter)
                .filter(Objects::nonNull)
                .forEach(agents::add);
        return agents;
    }

    /** The door for every protocol. */
    public EventIntake intake() {
        return gate;
    }

    /** The count of every event. */
    public IntakeLedger ledger() {
        return ledger;
    }

    /** How long senders wait for their receipts, as the network threads see it. */
    public ReceiptLatencies receipts() {
        return receipts;
    }

    /** The ids that are remembered to tell duplicates. */
    public DuplicateWindow duplicates() {
        return duplicates;
    }

    /** The shards that there are now, in order: frontiers, health, latencies, lanes. Any thread. */
    public List<ShardContext> shards() {
        return roads.all().stream().map(ShardRoad::shard).toList();
    }

    /** The limits it was laid with. */
    public PipelineConfig config() {
        return config;
    }

    /** Takes no more events but the server's own; those in the lanes go on. */
    public void stopIntake() {
        gate.closeToSenders();
    }

    /**
     * Waits until every event that was taken is journaled, forced and answered, and the emergency journals are folded in, as
     * far as can be. To be called after {@link #stopIntake}.
     *
     * @return whether nothing was on the road any more within the time
     */
    public boolean awaitEmpty(long timeoutMs) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        awaitFoldedUntil(Math.min(deadline, System.nanoTime() + FOLD_GRACE_NS));
        return awaitDrained(deadline);
    }

    /**
     * Stops intake, waits until every event that was taken is journaled, forced and answered, and ends the threads. When
     * the time is over, the shards are failed, so that what still waits is refused aloud; a thread that hangs in an append
     * or a force even then is left to itself, because interrupting it would close its files.
     *
     * @return whether everything was journaled, forced and answered within the time, and all threads have ended. When not,
     *     a thread may still be inside a journal, and closing that would pull its files away from under it
     */
    public boolean close(long timeoutMs) {
        gate.close();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        awaitFoldedUntil(Math.min(deadline, System.nanoTime() + FOLD_GRACE_NS));
        boolean drained = awaitDrained(deadline);
        shards().forEach(ShardContext::closeSyncQueue);
        drained &= awaitDrained(deadline);
        if (!drained) {
            LOG.error("the road is not empty after {} ms; what still waits is refused", timeoutMs);
            shards().forEach(shard -> shard.abandon(new TimeoutException("not empty after " + timeoutMs + " ms")));
            awaitDrained(System.nanoTime() + LAST_GRACE_NS);
        }
        return endThreads() && drained;
    }

    private boolean endThreads() {
        long deadline = System.nanoTime() + LAST_GRACE_NS;
        boolean ended = true;
        for (AgentThread thread : roads.stop()) {
            if (!thread.awaitEnd(deadline)) {
                LOG.error("{} hangs in its journal and is left to itself", thread);
                ended = false;
            }
        }
        roads.working().forEach(road -> road.committer().onClose());
        return ended;
    }

    private boolean awaitDrained(long deadline) {
        return await(this::isDrained, deadline);
    }

    /**
     * Gives the emergency journals time to be folded in. What is not by then is safe in them. Any thread, while the threads
     * run.
     */
    public void awaitFolded(long timeoutMs) {
        awaitFoldedUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs));
    }

    private void awaitFoldedUntil(long deadline) {
        await(() -> shards().stream().allMatch(Pipeline::isFolded), deadline);
    }

    private static boolean isFolded(ShardContext shard) {
        return shard.emergency() == null
                || shard.health().state() == ShardState.FAILED
                || shard.emergency().isSettled();
    }

    private boolean await(BooleanSupplier condition, long deadline) {
        boolean met = condition.getAsBoolean();
        while (!met && System.nanoTime() - deadline < 0) {
            if (!roads.isRunning()) {
                doWork();
            } else {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            met = condition.getAsBoolean();
        }
        return met;
    }

    /**
     * Whether nothing is on the road; once intake is stopped, nothing can come after that. Asked in the order in which
     * events travel, so that none can pass behind the question.
     */
    private boolean isDrained() {
        if (ledger.total(LaneCounters::inFlight) > 0) {
            return false;
        }
        for (ShardContext shard : shards()) {
            if (shard.lanes().depth() > 0 || !shard.isSettled()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        close(TimeUnit.SECONDS.toMillis(30));
    }
}
