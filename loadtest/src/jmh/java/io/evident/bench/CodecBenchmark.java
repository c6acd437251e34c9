package io.evident.bench;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventLimits;
import io.evident.event.EventValidator;
import io.evident.event.EventView;
import io.evident.event.wire.EventBatchView;
import io.evident.load.intake.SyntheticEvents;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** An event of 256 bytes into the binary layout, as the client does it, and out of it, as the server does. */
@State(Scope.Thread)
public class CodecBenchmark {
    private final List<AuditEvent> events = SyntheticEvents.list(1, Frames.EVENT_BYTES, 0);
    private final EventEncoder encoder = new EventEncoder();
    private final byte[] target = new byte[EventLimits.ENCODED_BYTES];
    private final Encoded encoded = Encoded.of(events);
    private final Frames frames = new Frames();
    private final EventView view = new EventView();
    private int next;

    /** From the object that an application made. */
    @Benchmark
    public int encode() {
        AuditEvent event = events.get(next);
        next = next + 1 == events.size() ? 0 : next + 1;
        if (event.encodeInto(encoder) != null) {
            throw new IllegalStateException("no event");
        }
        return encoder.encode(target, 0);
    }

    /** Structure and content checked, and ready to be read. */
    @Benchmark
    public EventView decode() {
        encoded.show(view);
        if (EventValidator.check(view) != null) {
            throw new IllegalStateException("no valid event");
        }
        return view;
    }

    /** The same of a whole frame, for each of its events; ids are put in, too. */
    @Benchmark
    @OperationsPerInvocation(Frames.EVENTS)
    public int decodeFrame() {
        EventBatchView batch = frames.next();
        int valid = 0;
        while (batch.next()) {
            valid += EventValidator.check(Frames.show(batch, view)) == null ? 1 : 0;
        }
        return valid;
    }

    /** To the object that an application gets. */
    @Benchmark
    public AuditEvent toObject() {
        return AuditEvent.of(encoded.show(view));
    }
}
