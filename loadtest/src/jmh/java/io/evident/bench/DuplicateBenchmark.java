package io.evident.bench;

import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.wire.EventBatchView;
import io.evident.pipeline.duplicate.Claim;
import io.evident.pipeline.duplicate.DuplicateWindow;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The duplicate window at its shipped size, and full: larger than any cache of the processor. */
@State(Scope.Thread)
public class DuplicateBenchmark {
    private static final long NOW_MS = 1_780_000_000_000L;

    /** Ids that it remembers. */
    @Param("1000000")
    public int ids;

    private final Frames frames = new Frames();
    private final EventView view = new EventView();
    private final Claim claim = new Claim();
    private final long[] handles = new long[Frames.EVENTS];
    private DuplicateWindow window;
    private long sequence;

    @Setup
    public void fill() {
        window = new DuplicateWindow(ids, TimeUnit.HOURS.toMillis(24), 42);
        for (int i = 0; i < 2 * ids; i += Frames.EVENTS) {
            claimAndResolve();
        }
    }

    /** A frame of new events: memory asked for, claimed, and resolved as the writer does once they are journaled. */
    @Benchmark
    @OperationsPerInvocation(Frames.EVENTS)
    public long claimAndResolve() {
        EventBatchView batch = frames.next();
        while (batch.next()) {
            window.expect(Frames.show(batch, view), claim);
        }
        batch.rewind();
        while (batch.next()) {
            Frames.show(batch, view);
            if (window.claim(view, view.idHigh(), view.idLow(), NOW_MS, claim) != Claim.Verdict.NEW) {
                throw new IllegalStateException("an id came twice: " + claim.verdict());
            }
            handles[batch.index()] = claim.handle();
        }
        for (long handle : handles) {
            window.resolve(handle, 0, sequence++, Lane.STANDARD);
        }
        return sequence;
    }
}
