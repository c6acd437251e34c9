package io.evident.server.simulation;

import io.evident.pipeline.journal.BlockSource;
import io.evident.storage.RecoveryReport;
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
    /** The last life that served. */
    private Life served;

    private long tickNs = 1_000_000_000L;
    private long wallMs = 1_790_000_000_000L;

    World(SplittableRandom random, Plan plan, Path base) {
        this.random = random;
        this.plan = plan;
        this.disk = new SimDisk(base);
        this.senders = new Senders(random, plan.largeRate());
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
    void found(List<BlockSource> sources, List<RecoveryReport> reports) {
        boolean mayBeLost = oracle.journaledMayBeLost();
        JournalCheck check = new JournalCheck(oracle);
        check.run(sources, reports);
        if (served != null) {
            LedgerCheck.stored(served, check, mayBeLost, oracle);
        }
        for (BlockSource source : sources) {
            trace.add("found", "blocks", source.blockCount());
        }
    }

    /** A life is over; its clients will send again what was not answered. */
    void ended(Life life) {
        if (!life.isOpen()) {
            return;
        }
        served = life;
        for (Sending sending : oracle.sendings()) {
            if (sending.life() == life.number() && sending.answer() == Sending.Answer.NONE) {
                senders.unsettled(sending.event());
            }
        }
    }

    void powerCut(PowerCut how) {
        trace.add("power cut", how.name(), 0);
        oracle.powerCut();
        disk.powerCut(random, how);
    }

    /** The kernel stays up, and may drop what it takes for written. */
    void evict() {
        disk.evict(random);
    }
}
