package io.evident.ingest.http.export;

import io.evident.event.json.EventJsonWriter;
import io.evident.event.json.JsonBytes;
import io.evident.pipeline.query.StoredEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** The objects of a query's answer, one per line. Thread-safe. */
final class NdjsonFormat implements ExportFormat {
    private static final int TYPICAL_BYTES = 4 * 1024;

    private final EventJsonWriter json = EventJsonWriter.onOneLine();

    @Override
    public String contentType(boolean goesOn) {
        return "application/x-ndjson";
    }

    @Override
    public String fileName() {
        return "events.ndjson";
    }

    @Override
    public void begin(ByteArrayOutputStream out) {
        // The first line is the first event.
    }

    @Override
    public void write(ByteArrayOutputStream out, StoredEvent event) throws IOException {
        JsonBytes line = new JsonBytes(TYPICAL_BYTES);
        json.write(
                line, event.event(), event.shard(), event.incarnation(), event.epoch(), event.sequence(), event.lane());
        line.write('\n');
        line.writeTo(out);
    }
}
