package io.evident.load.probe;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Measures what a run costs: this process by itself, the server by its kernel counters and by its probe. One thread. */
public final class CostMeter implements AutoCloseable {
    private static final long NONE = 0;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(3);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final Hiccups hiccups = Hiccups.start();
    private final long serverPid;
    private final Path serverProbe;
    private Mark begin = new Mark(0, 0, 0);
    private Mark end = begin;
    private Histogram measuredHiccups;

    private record Mark(long timeMs, long generatorNs, double serverSeconds) {}

    /**
     * @param serverPid 0 for none
     * @param serverProbe the file of the server's {@link ProbeAgent}, or {@code null}
     */
    public CostMeter(long serverPid, Path serverProbe) {
        this.serverPid = serverPid;
        this.serverProbe = serverProbe;
    }

    /** The measured time begins. */
    public void begin() throws IOException {
        hiccups.take();
        begin = mark();
    }

    /** The measured time ends. */
    public void end() throws IOException {
        end = mark();
        measuredHiccups = hiccups.take();
    }

    private Mark mark() throws IOException {
        double server = serverPid == NONE ? 0 : ServerCost.cpuSecondsOf(serverPid);
        return new Mark(System.currentTimeMillis(), system.getProcessCpuTime(), server);
    }

    /** Processor time of this process in the measured time. */
    public double generatorCpuSeconds() {
        return (end.generatorNs - begin.generatorNs) / 1e9;
    }

    /** How long this process's threads rested too long in the measured time, in nanoseconds. */
    public Histogram generatorHiccups() {
        return measuredHiccups;
    }

    /** What the server used in the measured time; waits a moment until its probe has written that far. */
    public ServerCost server() throws IOException {
        ServerCost cost = ServerCost.UNKNOWN;
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (serverProbe != null && cost.equals(ServerCost.UNKNOWN) && System.nanoTime() - deadline < 0) {
            cost = ServerCost.ofProbe(serverProbe, begin.timeMs, end.timeMs);
            LockSupport.parkNanos(cost.equals(ServerCost.UNKNOWN) ? PAUSE_NS : 1);
        }
        return serverPid == NONE ? cost : cost.withCpu(end.serverSeconds - begin.serverSeconds);
    }

    @Override
    public void close() {
        hiccups.close();
    }
}
