package io.evident.ingest.http.export;

import io.evident.pipeline.query.StoredEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** How exported events are written: one after the other, so that the pieces of an export make one file. Thread-safe. */
public interface ExportFormat {
    /** One JSON object per line. */
    ExportFormat NDJSON = new NdjsonFormat();
    /** Comma-separated values (RFC 4180). */
    ExportFormat CSV = new CsvFormat();

    /** The format of a name, {@code ndjson} or {@code csv}, or {@code null}. */
    static ExportFormat ofName(String name) {
        return switch (name) {
            case "ndjson" -> NDJSON;
            case "csv" -> CSV;
            default -> null;
        };
    }

    /** The content type; what goes on behind an event has nothing in front of the first event that it writes. */
    String contentType(boolean goesOn);

    /** What a client may call the file. */
    String fileName();

    /** Writes what stands before the first event. */
    void begin(ByteArrayOutputStream out);

    /** Writes an event. */
    void write(ByteArrayOutputStream out, StoredEvent event) throws IOException;
}
