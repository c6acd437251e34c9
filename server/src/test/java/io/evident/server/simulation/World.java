package io.evident.server.simulation;

import io.evident.storage.OpenedShard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** What outlives the server: the disk, the time, the clients, the oracle. All chance in it comes from one seed. */
final class World {
    private static final long NS_PER_MS = 1_000_000;
    private static final long TWO_HOURS_MS = 7_200_000;

    private final SplittableRandom random;
    private final Plan plan;
    private final SimDisk disk;
    private final Trace trace = new Trace();
    private final Oracle oracle = new Oracle(trace);
    private final Senders senders;
    private final Path data;
    private final Path backup;
    /** Whether each copy of every emergency journal holds all that is acknowledged, so that one may be lost. */
    private boolean copiesComplete = true;
    /** The last life that served. */
    private Life served;
    /** Whether JOURNALED events of it may be gone since it ended. */
    private boolean servedMayBeLost;

    private long tickNs = 1_000_000_000L;
    private long wallMs = 1_790_000_000_000L;

    World(SplittableRandom random, Plan plan, Path base) {
        this.random = random;
        this.plan = plan;
        this.disk = new SimDisk(base);
        this.senders = new Senders(random, plan);
        this.data = base.resolve("data");
        this.backup = base.resolve("backup");
        mount(data);
        mount(backup);
    }

    /** On the real disk too, where a start asks for the real path and nothing is written. */
    private void mount(Path folder) {
        try {
            Files.createDirectories(folder);
            disk.mount(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SplittableRandom random() {
        return random;
    }

    Plan plan() {
        return plan;
    }

    SimDisk disk() {
        return disk;
    }

    /** The data directory. */
    Path data() {
        return data;
    }

    /** Where the backup copies are, or {@code null} for none. */
    Path backup() {
        return plan.backup() ? backup : null;
    }

    Trace trace() {
        return trace;
    }

    Oracle oracle() {
        return oracle;
    }

    Senders senders() {
        return senders;
    }

    long tick() {
        return tickNs;
    }

    /** The tick at a look at the clock, which takes a moment itself. */
    long readTick() {
        tickNs += random.nextInt(20_000);
        return tickNs;
    }

    /** A force takes time, and now and then a hundred times as much. */
    void passForce() {
        tickNs += random.nextInt(20) == 0 ? random.nextInt(100_000_000) : random.nextInt(500_000);
    }

    /** Time passes: mostly a little, now and then so much that segments grow old; and the wall clock is set. */
    void passTime() {
        int roll = random.nextInt(20);
        pass(roll == 0 ? 1_500 : random.nextInt(3));
        if (roll == 1) {
            wallMs += random.nextBoolean() ? TWO_HOURS_MS : -TWO_HOURS_MS;
        }
    }

    void pass(long ms) {
        tickNs += ms * NS_PER_MS;
        wallMs += ms;
        trace.add("time", "ms", ms);
    }

    /** The receive time of a sending, by the wall clock; tells the sending. */
    long receivedNs(int serial) {
        return wallMs * NS_PER_MS + serial;
    }

    /** A start found this. */
    void found(List<OpenedShard> shards) {
        // A start that ends before it serves is followed by another that looks for the same life.
        servedMayBeLost |= oracle.journaledMayBeLost();
        JournalCheck check = new JournalCheck(oracle);
        check.run(shards);
        if (served != null) {
            LedgerCheck.stored(served, check, servedMayBeLost, oracle);
        }
        for (OpenedShard shard : shards) {
            trace.add("found", "blocks", shard.blocks().blockCount());
            trace.add("found", "unfolded", shard.emergency().report().events());
        }
    }

    /** A life is over; its clients will send again what was not answered. */
    void ended(Life life) {
        if (!life.isOpen()) {
            return;
        }
        served = life;
        servedMayBeLost = false;
        copiesComplete = life.hasCompleteCopies();
        for (Sending sending : oracle.sendings()) {
            if (sending.life() == life.number() && sending.answer() == Sending.Answer.NONE) {
                senders.unsettled(sending.event());
                sending.claimed().inDoubt();
            }
        }
    }

    void powerCut(PowerCut how) {
        trace.add("power cut", how.name(), 0);
        oracle.powerCut();
        disk.powerCut(random, how);
    }

    /** One copy of each emergency journal is lost, or damaged, if the other holds everything. */
    void harmCopy() {
        if (!plan.backup() || !copiesComplete) {
            return;
        }
        boolean loses = random.nextBoolean();
        boolean ofBackup = random.nextBoolean();
        trace.add(loses ? "loses" : "damages", ofBackup ? "backup" : "emergency", 0);
        oracle.harmCopy();
        copiesComplete = false;
        try {
            for (int shard = 0; shard < plan.shards(); shard++) {
                Path folder = (ofBackup ? backup : data).resolve("shard-0" + shard);
                harm(ofBackup ? folder : folder.resolve("emergency"), loses);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void harm(Path folder, boolean loses) throws IOException {
        if (loses && disk.exists(folder)) {
            disk.folder(folder).lose();
        }
        for (SimFile file : disk.files(folder)) {
            file.damage(random);
        }
    }

    /** The kernel stays up, and may drop what it takes for written. */
    void evict() {
        disk.evict(random);
    }
}
