package io.evident.server.simulation;

import io.evident.event.Lane;
import io.evident.event.RefusalReason;
import io.evident.pipeline.Pipeline;
import io.evident.pipeline.admission.Intake;
import io.evident.pipeline.admission.RoomGuard;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.CommitListener;
import io.evident.pipeline.journal.EmergencyStore;
import io.evident.pipeline.ledger.IntakeLedger;
import io.evident.pipeline.writer.ShardContext;
import io.evident.storage.DataDirectory;
import io.evident.storage.JournalSettings;
import io.evident.storage.OpenedShard;
import io.evident.storage.emergency.EmergencySettings;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * One life of the server, from its start to its end: the real data directory, journals, gate, lanes, writers and
 * committers, on one thread. At every operation of the disk, look at the clock, answer and question of the gate the
 * process may die, or another agent or sender gets its turn before this one goes on: so all that threads could do to each
 * other at these places is done here, by the seed.
 */
final class Life implements SimProcess, NanoClock, CommitListener {
    private static final int DEEPEST = 3;
    private static final long CLOSE_TIMEOUT_MS = 60_000;
    private static final long SEGMENT_BYTES = 1 << 20;
    private static final long EMERGENCY_FILE_BYTES = 512 << 10;
    /** A slot of a lane has room for so much: a larger event needs a buffer. */
    private static final int SURELY_INLINE_BYTES = 400;

    private static final int MOST_HUNG_STEPS = 30;

    private final World world;
    private final Fate fate;
    private final int number;
    private final SimFiles files;
    private final List<Connection> connections = new ArrayList<>();
    private DataDirectory directory;
    private Lookups lookups;
    /** At which moment the path of a shard was last seen shut. */
    private final long[] shutAt;

    private long moments;
    private boolean closing;
    private Pipeline pipeline;
    private List<Agent> agents = List.of();
    private boolean[] running = new boolean[0];
    private SimRouter router;
    private boolean copiesWhole;
    private int depth;
    private boolean quiet;
    private boolean dead;
    private boolean buried;

    Life(World world, int number, Fate fate) {
        this.world = world;
        this.number = number;
        this.fate = fate;
        this.files = new SimFiles(world.disk(), this, world.random());
        this.shutAt = new long[world.plan().shards()];
        for (int client = 0; client < world.plan().clients(); client++) {
            connections.add(new Connection(this, world.oracle(), world.senders(), client));
        }
    }

    int number() {
        return number;
    }

    boolean isDead() {
        return dead;
    }

    boolean isOpen() {
        return pipeline != null;
    }

    Connection connection(int client) {
        return connections.get(client);
    }

    IntakeLedger ledger() {
        return pipeline.ledger();
    }

    /**
     * Starts: recovery, its check, the road.
     *
     * @return whether the server serves; false when a segment could not be read for a fault, so that an operator starts
     *     it again
     * @throws IOException when it did not start
     */
    boolean start() throws IOException {
        world.trace().add("start", "life", number);
        EmergencySettings emergency = new EmergencySettings(
                EMERGENCY_FILE_BYTES,
                EMERGENCY_FILE_BYTES * world.plan().emergencyFiles(),
                world.backup(),
                Duration.ZERO);
        JournalSettings settings = new JournalSettings(SEGMENT_BYTES, Duration.ofSeconds(1), this::nanoTime, emergency);
        int room = world.plan().roomBytes();
        directory = DataDirectory.open(
                world.data(), settings, files, (path, bytes) -> SimBlockFile.open(files, path, bytes, room));
        List<OpenedShard> shards = directory.openShards(world.plan().shards());
        for (OpenedShard shard : shards) {
            if (shard.failure() != null) {
                // Served for reading only: what it holds is not forced, and whoever runs it starts it again.
                world.trace().add("unwritable", "shard", shard.journal().shard());
                return false;
            }
            if (isUnreadable(shard.report().damage())
                    || isUnreadable(shard.emergency().report().damage())) {
                shard.emergency()
                        .report()
                        .damage()
                        .forEach(each -> world.trace().add("found", each.toString(), 0));
                world.trace().add("unreadable", "shard", shard.journal().shard());
                return false;
            }
        }
        List<BlockSource> sources = shards.stream().map(OpenedShard::blocks).toList();
        quiet = true;
        world.found(shards);
        quiet = false;
        List<EmergencyStore> emergencies = shards.stream()
                .map(shard -> new EmergencyStore(
                        shard.emergency().journal(), shard.emergency().blocks()))
                .toList();
        copiesWhole =
                shards.stream().allMatch(shard -> shard.emergency().report().blocksNotInEveryCopy() == 0);
        lookups = new Lookups(world, sources, emergencies);
        router = new SimRouter(this, world.plan().shards());
        pipeline = new Pipeline(
                world.plan().config(),
                router,
                Plan.policy(),
                shards.stream().map(OpenedShard::journal).toList(),
                sources,
                world.plan().emergency(),
                emergencies,
                this,
                RoomGuard.ALWAYS,
                this);
        agents = pipeline.agents();
        running = new boolean[agents.size()];
        return true;
    }

    private static boolean isUnreadable(List<Damage> damage) {
        return damage.stream().anyMatch(each -> each.kind() == DamageKind.UNREADABLE);
    }

    /** How many moments of this life are over. */
    long moments() {
        return moments;
    }

    /** Whether each copy of every emergency journal holds all that this life acknowledged. */
    boolean hasCompleteCopies() {
        return copiesWhole
                && pipeline.shards().stream()
                        .allMatch(shard -> shard.emergency().workingCopies() == 2);
    }

    /** Contract 8: what was acknowledged is in one of the journals. */
    void requireVisible(Sending sending) {
        lookups.requireVisible(sending);
    }

    /** Contract 8: something acknowledged is found once. */
    private void look() {
        if (closing) {
            return;
        }
        boolean wasQuiet = quiet;
        quiet = true;
        try {
            lookups.findOne();
        } finally {
            quiet = wasQuiet;
        }
    }

    /** Contract 5: a CRITICAL event is refused only when its way round is shut too. */
    void requireMayRefuse(Sending sending, RefusalReason reason) {
        boolean forLoad = reason == RefusalReason.LANE_FULL || reason == RefusalReason.UNAVAILABLE;
        if (sending.event().lane() != Lane.CRITICAL || !forLoad || closing) {
            return;
        }
        int shard = router.shardOfQuietly(sending.event().view());
        seeShut();
        boolean large = sending.event().view().length() > SURELY_INLINE_BYTES;
        if (!large && shutAt[shard] < sending.begun()) {
            world.oracle().wrong("contract 5: refused for " + reason + " with the emergency path open: " + sending);
        }
    }

    private void seeShut() {
        for (ShardContext shard : pipeline == null ? List.<ShardContext>of() : pipeline.shards()) {
            if (shard.emergency().isShut()) {
                shutAt[shard.shard()] = moments;
            }
        }
    }

    /** In peace nothing is left in the emergency journals. */
    void requireFolded() {
        for (ShardContext shard : pipeline.shards()) {
            if (!shard.emergency().isSettled()) {
                world.oracle()
                        .wrong("in peace, and still to be folded in: "
                                + shard.emergency().unfoldedEvents());
            }
        }
    }

    /** Something happens: an offer, a turn of an agent, time. */
    void step() {
        int roll = world.random().nextInt(100);
        if (roll < 40) {
            Connection connection = connections.get(world.random().nextInt(connections.size()));
            connection.offer(world.senders().next(), world.senders().tier());
        } else if (roll < 92) {
            work(world.random().nextInt(agents.size()));
        } else if (roll < 98) {
            world.passTime();
        } else {
            look();
        }
        endIfDead();
    }

    /** What died within an answer, whose faults are caught, is dead all the same. */
    private void endIfDead() {
        if (dead) {
            throw new SimulatedStop();
        }
    }

    /** A turn of every agent. */
    void workAll() {
        for (int i = 0; i < agents.size(); i++) {
            work(i);
        }
        endIfDead();
    }

    private void work(int agent) {
        if (running[agent]) {
            return;
        }
        running[agent] = true;
        try {
            if (agents.get(agent).doWork() > 0) {
                world.trace().add("work", agents.get(agent).roleName(), 0);
            }
        } catch (SimulatedStop e) {
            throw e;
        } catch (Exception | Error e) {
            world.oracle().wrong(agents.get(agent).roleName() + " threw " + e);
        } finally {
            running[agent] = false;
        }
    }

    void offer(Intake intake, Sending sending, Connection sink) {
        pipeline.intake()
                .offer(
                        intake,
                        sending.event().view(),
                        sending.tier(),
                        world.tick(),
                        world.receivedNs(sending.serial()),
                        sink,
                        sending.serial());
    }

    /** Ends as an operator ends it: takes no more, answers all, forces, closes. */
    void stop() throws IOException {
        world.trace().add("stop", "life", number);
        closing = true;
        // The road is emptied by turns of its own.
        java.util.Arrays.fill(running, true);
        if (!pipeline.close(CLOSE_TIMEOUT_MS)) {
            world.oracle().wrong("the road was not empty in the end");
        }
        endIfDead();
        directory.close();
        directory = null;
        boolean whole =
                pipeline.shards().stream().allMatch(shard -> shard.health().cause() == null);
        if (whole) {
            world.oracle().stoppedCleanly();
        }
        world.trace().add("stopped", "life", number);
    }

    /** What is left of the process goes; what it still has open is not closed well, just forgotten. */
    void bury() {
        dead = true;
        buried = true;
        if (pipeline != null) {
            for (ShardContext shard : pipeline.shards()) {
                if (shard.health().cause() != null) {
                    world.oracle().shardFailed(number, shard.shard());
                }
            }
        }
        if (directory != null) {
            try {
                directory.close();
            } catch (IOException e) {
                world.trace().add("buried", "life", number);
            }
        }
    }

    @Override
    public void requireAlive() throws IOException {
        if (buried || (dead && directory == null)) {
            // Caught everywhere, so that a lock is given back that would have died with a real process.
            throw new IOException("the simulated process is dead");
        }
        if (dead) {
            throw new SimulatedStop();
        }
    }

    @Override
    public Fault before(Operation operation, Path path) throws IOException {
        requireAlive();
        if (quiet) {
            return Fault.NONE;
        }
        world.trace()
                .add(
                        operation.name(),
                        world.data().equals(path) ? "" : world.disk().name(path),
                        0);
        moment(Fate.Moment.BEFORE_OPERATION);
        requireAlive();
        Fault fault = fate.faultOf(operation);
        if (fault != Fault.NONE) {
            world.trace().add("fault", fault.name(), 0);
            if (operation == Operation.FORCE) {
                world.oracle().forceFailed();
            }
        } else if (operation == Operation.FORCE) {
            world.passForce();
        }
        return fault;
    }

    @Override
    public void between(Operation operation, Path path) throws IOException {
        requireAlive();
        moment(Fate.Moment.WITHIN_OPERATION);
        requireAlive();
    }

    @Override
    public void after(Operation operation, Path path) throws IOException {
        requireAlive();
        moment(Fate.Moment.AFTER_OPERATION);
        requireAlive();
    }

    @Override
    public long nanoTime() {
        elsewhere();
        return world.readTick();
    }

    @Override
    public void onJournaled(int shard, BlockInfo info, Block block) {
        world.trace().add("journaled", info.lane().text(), info.firstSequence());
        elsewhere();
    }

    @Override
    public void onSynced(int shard, long sequence) {
        world.trace().add("synced", "shard", sequence);
        elsewhere();
    }

    /** At a place where the process may die or be interrupted. */
    void elsewhere() {
        if (!buried) {
            moment(Fate.Moment.ELSEWHERE);
        }
    }

    private void moment(Fate.Moment moment) {
        if (quiet) {
            return;
        }
        moments++;
        if (!dead && fate.diesAt(moment)) {
            world.trace().add("dies", moment.name(), number);
            dead = true;
        }
        if (dead && directory != null) {
            throw new SimulatedStop();
        }
        if (depth < DEEPEST && !agents.isEmpty() && fate.letsOthersIn()) {
            seeShut();
            depth++;
            try {
                int steps = depth == 1 && world.random().nextInt(40) == 0 ? hang() : 1;
                for (int i = 0; i < steps; i++) {
                    step();
                }
            } finally {
                depth--;
            }
        }
    }

    /** Whoever is here stays here for long; returns how much happens meanwhile. */
    private int hang() {
        world.trace().add("hangs", "life", number);
        world.pass(60);
        return 2 + world.random().nextInt(MOST_HUNG_STEPS);
    }

    /** Contract 3, while nothing is half-way. */
    void checkBalance() {
        pipeline.ledger().all().forEach(tenant -> {
            for (int i = 0; i <= Lane.count(); i++) {
                LedgerCheck.balance(tenant, i == Lane.count() ? null : Lane.ofCode(i), world.oracle());
            }
        });
    }
}
