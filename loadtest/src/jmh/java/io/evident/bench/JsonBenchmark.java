package io.evident.bench;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.json.EventJsonReader;
import io.evident.event.json.EventJsonWriter;
import io.evident.event.json.JsonBytes;
import io.evident.load.dataset.DataSet;
import java.util.List;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** An event from JSON and to JSON: with id, time, address, labels and attributes, about 600 bytes. */
@State(Scope.Thread)
public class JsonBenchmark {
    private static final int EVENTS = 4_096;

    private final EventJsonReader reader = new EventJsonReader();
    private final EventJsonWriter writer = EventJsonWriter.asSent();
    private final EventEncoder encoder = new EventEncoder();
    private final EventView view = new EventView();
    private final JsonBytes out = new JsonBytes(4_096);
    private final byte[][] json = new byte[EVENTS][];
    private Encoded encoded;
    private int next;

    @Setup
    public void prepare() {
        DataSet data = new DataSet(1, EVENTS);
        List<AuditEvent> events =
                LongStream.range(0, EVENTS).mapToObj(data::event).toList();
        encoded = Encoded.of(events);
        for (int i = 0; i < EVENTS; i++) {
            json[i] = writer.toBytes(events.get(i));
        }
    }

    /** Read, checked and ready to be encoded. */
    @Benchmark
    public EventEncoder read() {
        byte[] bytes = json[next++ & (EVENTS - 1)];
        if (reader.read(bytes, 0, bytes.length, encoder) != null) {
            throw new IllegalStateException("no event");
        }
        return encoder;
    }

    /** As one of the events of a query's answer. */
    @Benchmark
    public int write() {
        out.clear();
        writer.write(out, encoded.show(view), 1, 7, 1, 123_456, Lane.STANDARD);
        return out.length();
    }
}
