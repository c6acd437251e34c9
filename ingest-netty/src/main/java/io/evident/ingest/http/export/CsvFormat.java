package io.evident.ingest.http.export;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.EventField;
import io.evident.event.EventTimeText;
import io.evident.event.EventView;
import io.evident.event.json.EventJsonWriter;
import io.evident.pipeline.query.StoredEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Comma-separated values as RFC 4180 has them: lines end with CR LF, a cell with a comma, a quote or a line end stands in
 * quotes, an absent value is an empty cell. Labels are a JSON array, attributes the JSON object on one line.
 *
 * <p>A spreadsheet takes a cell that begins with {@code = + - @}, tab or CR for a formula, and an attacker may have written
 * it. So such a text gets an apostrophe in front, and one that begins with an apostrophe a second one: whoever takes one
 * leading apostrophe away has exactly what was sent. Thread-safe.
 */
final class CsvFormat implements ExportFormat {
    private static final String HEADER =
            "id,time,receivedTime,tenant,stream,actor.id,actor.ip,actor.agent,action,category,"
                    + "resource.type,resource.id,outcome,severity,labels,attributes,receivedFrom,shard,incarnation,epoch,sequence,lane";
    private static final String GUARDED = "=+-@\t\r'";
    private static final byte[] LINE_END = {'\r', '\n'};

    @Override
    public String contentType(boolean goesOn) {
        return "text/csv; charset=utf-8; header=" + (goesOn ? "absent" : "present");
    }

    @Override
    public String fileName() {
        return "events.csv";
    }

    @Override
    public void begin(ByteArrayOutputStream out) {
        plain(out, HEADER);
        out.writeBytes(LINE_END);
    }

    @Override
    public void write(ByteArrayOutputStream out, StoredEvent stored) throws IOException {
        EventView event = stored.event();
        plain(out, event.id().toString());
        next(out, EventTimeText.format(event.timeNs()));
        next(out, EventTimeText.format(event.receivedTimeNs()));
        next(out, event, EventField.TENANT);
        next(out, event, EventField.STREAM);
        next(out, event, EventField.ACTOR_ID);
        next(out, event, EventField.ACTOR_IP);
        next(out, event, EventField.ACTOR_AGENT);
        next(out, event, EventField.ACTION);
        next(out, event, EventField.CATEGORY);
        next(out, event, EventField.RESOURCE_TYPE);
        next(out, event, EventField.RESOURCE_ID);
        next(out, event.outcome().text());
        next(out, event.severity().name());
        out.write(',');
        labels(out, event);
        out.write(',');
        attributes(out, event);
        next(out, event, EventField.RECEIVED_FROM);
        next(out, Integer.toString(stored.shard()));
        next(out, Integer.toString(stored.incarnation()));
        next(out, Integer.toString(stored.epoch()));
        next(out, stored.sequence() >= 0 ? Long.toString(stored.sequence()) : "");
        next(out, stored.lane().text());
        out.writeBytes(LINE_END);
    }

    /** What needs neither quotes nor a guard. */
    private static void plain(ByteArrayOutputStream out, String ascii) {
        out.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private static void next(ByteArrayOutputStream out, String ascii) {
        out.write(',');
        plain(out, ascii);
    }

    private static void next(ByteArrayOutputStream out, EventView event, EventField field) {
        out.write(',');
        text(out, event.bytes(), event.fieldOffset(field), event.fieldLength(field));
    }

    private static void labels(ByteArrayOutputStream out, EventView event) throws IOException {
        if (event.labelCount() == 0) {
            return;
        }
        ByteArrayOutputStream array = new ByteArrayOutputStream();
        try (JsonGenerator generator = EventJsonWriter.generator(array)) {
            generator.writeStartArray();
            for (String label : event.labels()) {
                generator.writeString(label);
            }
            generator.writeEndArray();
        }
        text(out, array.toByteArray(), 0, array.size());
    }

    /** A line end between the tokens of JSON means nothing, and its texts can have none. */
    private static void attributes(ByteArrayOutputStream out, EventView event) {
        int from = event.fieldOffset(EventField.ATTRIBUTES);
        byte[] json = Arrays.copyOfRange(event.bytes(), from, from + event.fieldLength(EventField.ATTRIBUTES));
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || json[i] == '\r') {
                json[i] = ' ';
            }
        }
        text(out, json, 0, json.length);
    }

    private static void text(ByteArrayOutputStream out, byte[] utf8, int from, int length) {
        boolean guarded = length > 0 && GUARDED.indexOf(utf8[from]) >= 0;
        boolean quoted = needsQuotes(utf8, from, length);
        if (quoted) {
            out.write('"');
        }
        if (guarded) {
            out.write('\'');
        }
        for (int i = from; i < from + length; i++) {
            if (utf8[i] == '"') {
                out.write('"');
            }
            out.write(utf8[i]);
        }
        if (quoted) {
            out.write('"');
        }
    }

    private static boolean needsQuotes(byte[] utf8, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (utf8[i] == ',' || utf8[i] == '"' || utf8[i] == '\n' || utf8[i] == '\r') {
                return true;
            }
        }
        return false;
    }
}
