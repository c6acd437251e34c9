package io.evident.ingest.http.export;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.json.EventJsonWriter;
import io.evident.pipeline.query.StoredEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** The objects of a query's answer, one per line. Thread-safe. */
final class NdjsonFormat implements ExportFormat {
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
        try (JsonGenerator generator = EventJsonWriter.generator(out)) {
            json.write(generator, event.event(), event.shard(), event.incarnation(), event.sequence(), event.lane());
        }
        out.write('\n');
    }
}
