package io.evident.pipeline;

import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.admission.RoomGuard;
import io.evident.pipeline.agent.AgentThread;
import io.evident.pipeline.agent.WakingIdle;
import io.evident.pipeline.duplicate.DuplicateWindow;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.CommitListener;
import io.evident.pipeline.journal.EmergencyStore;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.lane.OverflowPool;
import io.evident.pipeline.lane.ShardLanes;
import io.evident.pipeline.ledger.IntakeLedger;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.ledger.StoredTally;
import io.evident.pipeline.priority.PriorityPolicy;
import io.evident.pipeline.writer.EmergencyPath;
import io.evident.pipeline.writer.EmergencyPlan;
import io.evident.pipeline.writer.EmergencyWriter;
import io.evident.pipeline.writer.ShardCommitter;
import io.evident.pipeline.writer.ShardContext;
import io.evident.pipeline.writer.ShardState;
import io.evident.pipeline.writer.ShardWriter;
import io.evident.pipeline.writer.WriterProgress;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.CompositeAgent;
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
    private static final int COMMITTER_SPINS = 20;
    /** How long refusals may take when the time is over, and then the threads. */
    private static final long LAST_GRACE_NS = TimeUnit.SECONDS.toNanos(1);

    /** How long a stop waits for the emergency journals to be folded in. */
    private static final long FOLD_GRACE_NS = TimeUnit.SECONDS.toNanos(2);

    private static final long WRITER_REST_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final PipelineConfig config;
    private final DuplicateWindow duplicates;
    private final IntakeLedger ledger;
    private final AdmissionGate gate;
    private final List<ShardContext> shards = new ArrayList<>();
    private final List<ShardWriter> writers = new ArrayList<>();
    private final List<ShardCommitter> committers = new ArrayList<>();
    private final List<WakingIdle> writerIdles = new ArrayList<>();
    private final List<EmergencyWriter> emergencyWriters = new ArrayList<>();
    private final List<AgentThread> threads = new ArrayList<>();

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
        long nowMs = System.currentTimeMillis();
        DuplicateReplay replay = new DuplicateReplay(duplicates, config.windowIds());
        replay.run(List.copyOf(sources), nowMs);
        for (EmergencyStore store : stores) {
            int shard = store.journal().shard();
            new FoldedReplay(duplicates).run(sources.get(shard), store.blocks(), nowMs);
            replay.runEmergency(store.blocks(), foldedThrough(sources.get(shard)), nowMs);
        }
        List<WriterProgress> progress = new ArrayList<>();
        int writerCount = Math.min(config.writers(), journals.size());
        for (int i = 0; i < writerCount; i++) {
            // Without spins: a writer that looks on would write many small blocks while a frame is still being read.
            writerIdles.add(new WakingIdle(0, WRITER_REST_NS));
            progress.add(new WriterProgress());
        }
        OverflowPool overflow = new OverflowPool(config.overflowBytes());
        OverflowPool emergencyOverflow = new OverflowPool(emergencyPlan.overflowBytes());
        for (Journal journal : journals) {
            int shardNumber = shards.size();
            WakingIdle writerIdle = writerIdles.get(shardNumber % writerCount);
            ShardLanes lanes = new ShardLanes(config.laneCapacities().byLane(), overflow, writerIdle::wake);
            WakingIdle committerIdle =
                    new WakingIdle(COMMITTER_SPINS, ShardCommitter.restNs(config.minForceIntervalNs()));
            EmergencyPath emergency = stores.isEmpty()
                    ? null
                    : new EmergencyPath(
                            stores.get(shardNumber),
                            emergencyPlan,
                            emergencyOverflow,
                            foldedThrough(sources.get(shardNumber)),
                            new WakingIdle(0, WRITER_REST_NS),
                            clock);
            ShardContext shard = new ShardContext(
                    journal,
                    lanes,
                    duplicates,
                    listener,
                    router.epoch(),
                    clock,
                    committerIdle,
                    progress.get(shardNumber % writerCount),
                    emergency,
                    new StoredTally(ledger, journal.shard(), journal.incarnation(), journal.nextSequence()));
            shards.add(shard);
            if (emergency != null) {
                emergencyWriters.add(shard.newEmergencyWriter(config.block()));
            }
            writers.add(shard.newWriter(config.laneBudgets().byLane(), config.block()));
            committers.add(shard.newCommitter(config.minForceIntervalNs(), config.maxForceIntervalNs()));
        }
        this.gate = new AdmissionGate(
                router,
                policy,
                duplicates,
                ledger,
                new IncarnationLookup(List.copyOf(sources)),
                shards,
                writerIdles,
                room,
                clock,
                config.tiers().byLane());
    }

    private static long foldedThrough(BlockSource source) {
        return source.foldedThrough(source.blockCount());
    }

    /** Starts the threads. */
    public void start() {
        for (int i = 0; i < writerIdles.size(); i++) {
            List<Agent> owned = new ArrayList<>();
            for (int shard = i; shard < writers.size(); shard += writerIdles.size()) {
                owned.add(writers.get(shard));
            }
            Agent agent = owned.size() == 1 ? owned.get(0) : new CompositeAgent(owned);
            threads.add(AgentThread.start("writer-" + i, agent, writerIdles.get(i)));
        }
        for (int i = 0; i < committers.size(); i++) {
            threads.add(AgentThread.start(
                    "committer-" + i, committers.get(i), shards.get(i).committerIdle()));
        }
        for (int i = 0; i < emergencyWriters.size(); i++) {
            threads.add(AgentThread.start(
                    "emergency-" + i,
                    emergencyWriters.get(i),
                    shards.get(i).emergency().idle()));
        }
    }

    /** One duty cycle of every emergency writer, writer and committer, on the caller's thread; for tests. */
    public int doWork() {
        int work = 0;
        for (EmergencyWriter emergency : emergencyWriters) {
            work += emergency.doWork();
        }
        for (ShardWriter writer : writers) {
            work += writer.doWork();
        }
        for (ShardCommitter committer : committers) {
            work += committer.doWork();
        }
        return work;
    }

    /**
     * Every writer, then every committer, then every emergency writer, in the order of their shards; for tests that let them take turns on one thread
     * instead of {@link #start}.
     */
    public List<Agent> agents() {
        List<Agent> agents = new ArrayList<>(writers);
        agents.addAll(committers);
        agents.addAll(emergencyWriters);
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

    /** The ids that are remembered to tell duplicates. */
    public DuplicateWindow duplicates() {
        return duplicates;
    }

    /** The shards, in order: frontiers, health, latencies, lanes. */
    public List<ShardContext> shards() {
        return List.copyOf(shards);
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
        shards.forEach(ShardContext::closeSyncQueue);
        drained &= awaitDrained(deadline);
        if (!drained) {
            LOG.error("the road is not empty after {} ms; what still waits is refused", timeoutMs);
            shards.forEach(shard -> shard.abandon(new TimeoutException("not empty after " + timeoutMs + " ms")));
            awaitDrained(System.nanoTime() + LAST_GRACE_NS);
        }
        return endThreads() && drained;
    }

    private boolean endThreads() {
        threads.forEach(AgentThread::stop);
        long deadline = System.nanoTime() + LAST_GRACE_NS;
        boolean ended = true;
        for (AgentThread thread : threads) {
            if (!thread.awaitEnd(deadline)) {
                LOG.error("{} hangs in its journal and is left to itself", thread);
                ended = false;
            }
        }
        threads.clear();
        committers.forEach(ShardCommitter::onClose);
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
        await(() -> shards.stream().allMatch(Pipeline::isFolded), deadline);
    }

    private static boolean isFolded(ShardContext shard) {
        return shard.emergency() == null
                || shard.health().state() == ShardState.FAILED
                || shard.emergency().isSettled();
    }

    private boolean await(BooleanSupplier condition, long deadline) {
        boolean met = condition.getAsBoolean();
        while (!met && System.nanoTime() - deadline < 0) {
            if (threads.isEmpty()) {
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
        for (ShardContext shard : shards) {
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
