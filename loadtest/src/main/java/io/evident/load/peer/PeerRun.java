package io.evident.load.peer;

import io.evident.load.engine.Flow;
import io.evident.load.engine.LoadRun;
import io.evident.load.engine.RunResult;
import io.evident.load.peer.start.Peer;
import io.evident.load.peer.start.PeerDirectory;
import io.evident.load.peer.start.Probe;
import io.evident.load.peer.start.RunningPeer;
import io.evident.load.pool.EventPool;
import io.evident.load.schedule.RateCurve;
import io.evident.load.schedule.RateText;
import io.evident.load.target.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/** One system, started, offered its work, read back and stopped. Immutable. */
final class PeerRun {
    private static final double MILLION = 1e6;
    private static final double NS_PER_MS = 1e6;
    /** A system that writes very fast is stopped before it fills the disk. */
    private static final long LEAST_FREE_BYTES = 8L << 30;

    private final PeerWork work;
    private final PeerSetting setting;
    private final EventPool pool;
    private final LoadRun.Length length;
    private final Path scratch;
    private final BooleanSupplier toldToEnd;

    /**
     * @param setting what the results say of how they came about
     * @param scratch where directories for data are made; deleted after each run
     */
    PeerRun(
            PeerWork work,
            PeerSetting setting,
            EventPool pool,
            LoadRun.Length length,
            Path scratch,
            BooleanSupplier toldToEnd) {
        this.work = work;
        this.setting = setting;
        this.pool = pool;
        this.length = length;
        this.scratch = scratch;
        this.toldToEnd = toldToEnd;
    }

    /**
     * Runs to the end, or until little room is left on the disk.
     *
     * @throws IOException also when there was too little before anything was measured
     */
    PeerResult run(Peer peer, int round) throws IOException {
        setting.pageCache().prepare(filling(scratch), Surroundings.memoryBytes());
        long freeMb = Surroundings.freeMb();
        try (PeerDirectory directory = PeerDirectory.in(scratch, peer.name() + "-");
                RunningPeer running = peer.start(directory.path(), work.durability());
                Target target = running.connect(work.batch());
                PeerCost cost = PeerCost.of(running, Probe.file(directory.path()))) {
            RunResult result = new LoadRun(
                            List.of(new Flow(target, pool, curve(), work.batch(), 1)),
                            length,
                            round,
                            Math.floorMod(System.nanoTime(), 1L << 40),
                            cost,
                            () -> toldToEnd.getAsBoolean() || !hasRoom(directory.path()))
                    .run();
            if (result.seconds() < length.seconds() / 2.0 && !toldToEnd.getAsBoolean() && length.events() == 0) {
                throw new IOException(String.format(
                        Locale.ROOT, "%.1f s were measured before the disk had little room left", result.seconds()));
            }
            return result(peer, round, freeMb, running, target, result, cost);
        }
    }

    private static boolean hasRoom(Path directory) {
        return directory.toFile().getUsableSpace() >= LEAST_FREE_BYTES;
    }

    private RateCurve curve() {
        return work.eventsPerSecond() == 0
                ? null
                : RateText.parse(String.valueOf(work.eventsPerSecond()), length.seconds());
    }

    /** The file that fills the page cache of runs in a directory; whoever ends deletes it, and so what it fills. */
    static Path filling(Path scratch) {
        return scratch.resolveSibling("filling");
    }

    private PeerResult result(
            Peer peer, int round, long freeMb, RunningPeer running, Target target, RunResult result, PeerCost cost)
            throws IOException {
        long receipts = result.all().allReceipts();
        long measured = result.measured().allReceipts();
        if (measured == 0) {
            throw new IOException("nothing was taken in the measured time: refused "
                    + result.all().refused() + ", unknown " + result.all().failed());
        }
        Histogram response = result.response();
        return new PeerResult(
                peer.name(),
                round,
                setting,
                LocalDate.now(ZoneOffset.UTC).toString(),
                target.durability().text(),
                running.version(),
                running.tuning(),
                freeMb,
                result.seconds(),
                result.eventsPerSecond(),
                response.getValueAtPercentile(50) / NS_PER_MS,
                response.getValueAtPercentile(99) / NS_PER_MS,
                response.getValueAtPercentile(99.9) / NS_PER_MS,
                response.getMaxValue() / NS_PER_MS,
                result.unsent().getTotalCount(),
                result.blockedSeconds(),
                receipts,
                sum(result.all().refused()),
                sum(result.all().failed()),
                target.stored(),
                cost.systemCpuSeconds() / measured * MILLION,
                cost.generatorCpuSeconds() / measured * MILLION,
                cost.allocatedBytes() < 0 ? -1 : (double) cost.allocatedBytes() / measured);
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
