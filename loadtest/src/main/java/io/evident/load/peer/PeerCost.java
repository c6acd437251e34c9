package io.evident.load.peer;

import io.evident.load.engine.LoadRun;
import io.evident.load.peer.start.ProcessCpu;
import io.evident.load.peer.start.RunningPeer;
import io.evident.load.probe.CostMeter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What system and generator used in the measured time of a run. For the thread that carries out the run. */
final class PeerCost implements LoadRun.Progress, AutoCloseable {
    private final RunningPeer running;
    private final CostMeter meter;
    private double atBegin;
    private double atEnd;

    private PeerCost(RunningPeer running, CostMeter meter) {
        this.running = running;
        this.meter = meter;
    }

    /** @param probe what the system's probe writes, if there is one */
    static PeerCost of(RunningPeer running, Path probe) {
        return new PeerCost(running, new CostMeter(0, Files.exists(probe) ? probe : null));
    }

    @Override
    public void at(boolean warmingUp, long receipts, double seconds) {
        // Only begin and end count.
    }

    @Override
    public void begins() {
        try {
            atBegin = ProcessCpu.seconds(running.pid());
            meter.begin();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell what the system uses", e);
        }
    }

    @Override
    public void ends() {
        try {
            meter.end();
            atEnd = ProcessCpu.seconds(running.pid());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell what the system uses", e);
        }
    }

    /** Of all its processes; the generator's for a system within it. */
    double systemCpuSeconds() {
        return atEnd - atBegin;
    }

    double generatorCpuSeconds() {
        return meter.generatorCpuSeconds();
    }

    /** Bytes that the system allocated on its heap, or -1 when it has no probe. */
    long allocatedBytes() throws IOException {
        return meter.server().allocatedBytes();
    }

    @Override
    public void close() {
        meter.close();
    }
}
