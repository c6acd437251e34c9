package io.evident.event.json;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventField;
import io.evident.event.EventTimeText;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Writes events as JSON, in the order of the published schema; absent fields are left out. Reads the binary form and
 * builds no text on the way. Stateless but for the choice of one line; safe to share between threads.
 */
public final class EventJsonWriter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int TYPICAL_BYTES = 1024;

    private final boolean oneLine;

    private EventJsonWriter(boolean oneLine) {
        this.oneLine = oneLine;
    }

    /** Writes attributes byte for byte as they were sent, line ends included. */
    public static EventJsonWriter asSent() {
        return new EventJsonWriter(false);
    }

    /**
     * Writes each event on one line, for NDJSON and server-sent events: a line end between the tokens of attributes
     * becomes a space. Otherwise byte for byte; text cannot hold a line end.
     */
    public static EventJsonWriter onOneLine() {
        return new EventJsonWriter(true);
    }

    /** A generator that {@link #write} can write to: compact UTF-8. The caller closes it, and with it the stream. */
    public static JsonGenerator generator(OutputStream out) {
        try {
            return JSON.createGenerator(out, JsonEncoding.UTF8);
        } catch (IOException impossible) {
            throw new UncheckedIOException("creating a generator does no input or output", impossible);
        }
    }

    /** Writes what a sender supplied, and nothing of what the server fills in. */
    public void write(JsonGenerator out, EventView event) throws IOException {
        out.writeStartObject();
        writeSupplied(out, event);
        out.writeEndObject();
    }

    /** Writes a stored event with what the server filled in and its identity. */
    public void write(JsonGenerator out, EventView event, int shard, int incarnation, long sequence, Lane lane)
            throws IOException {
        out.writeStartObject();
        writeSupplied(out, event);
        writeTime(out, "receivedTime", event.receivedTimeNs());
        writeText(out, "receivedFrom", event, EventField.RECEIVED_FROM);
        out.writeNumberField("shard", shard);
        out.writeNumberField("incarnation", incarnation);
        if (sequence >= 0) {
            out.writeNumberField("sequence", sequence);
        } else {
            out.writeNullField("sequence");
            out.writeNumberField("emergencyPosition", Receipt.emergencyPositionOf(sequence));
        }
        out.writeStringField("lane", lane.text());
        out.writeEndObject();
    }

    /**
     * An event as a sender posts it.
     *
     * @throws IllegalArgumentException when it is none that could be accepted, naming the field
     */
    public byte[] toBytes(AuditEvent event) {
        EventEncoder encoder = new EventEncoder();
        EventView view = new EventView();
        Refusal refusal = event.encodeInto(encoder);
        if (refusal == null) {
            byte[] binary = new byte[encoder.encodedLength()];
            encoder.encode(binary, 0);
            refusal = view.wrap(binary, 0, binary.length);
        }
        if (refusal == null) {
            // Written as they are, so anything else than one object could add fields to the event.
            refusal = new AttributesCheck().check(view);
        }
        if (refusal != null) {
            throw new IllegalArgumentException(refusal.field() + " " + refusal.detail());
        }
        return toBytes(view);
    }

    /** What a sender supplied, as bytes. */
    public byte[] toBytes(EventView event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(TYPICAL_BYTES);
        try (JsonGenerator out = generator(bytes)) {
            write(out, event);
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        return bytes.toByteArray();
    }

    private void writeSupplied(JsonGenerator out, EventView event) throws IOException {
        if (!event.idAbsent()) {
            out.writeStringField("id", event.id().toString());
        }
        if (!event.timeAbsent() || event.receivedTimeNs() != 0) {
            writeTime(out, "time", event.timeNs());
        }
        writeText(out, "tenant", event, EventField.TENANT);
        writeText(out, "stream", event, EventField.STREAM);
        out.writeObjectFieldStart("actor");
        writeText(out, "id", event, EventField.ACTOR_ID);
        writeText(out, "ip", event, EventField.ACTOR_IP);
        writeText(out, "agent", event, EventField.ACTOR_AGENT);
        out.writeEndObject();
        writeText(out, "action", event, EventField.ACTION);
        writeText(out, "category", event, EventField.CATEGORY);
        out.writeObjectFieldStart("resource");
        writeText(out, "type", event, EventField.RESOURCE_TYPE);
        writeText(out, "id", event, EventField.RESOURCE_ID);
        out.writeEndObject();
        out.writeStringField("outcome", event.outcome().text());
        out.writeStringField("severity", event.severity().name());
        writeLabels(out, event);
        writeAttributes(out, event);
    }

    private static void writeTime(JsonGenerator out, String name, long ns) throws IOException {
        byte[] ascii = new byte[EventTimeText.MAX_LENGTH];
        out.writeFieldName(name);
        out.writeUTF8String(ascii, 0, EventTimeText.format(ns, ascii, 0));
    }

    private static void writeText(JsonGenerator out, String name, EventView event, EventField field)
            throws IOException {
        if (event.has(field)) {
            out.writeFieldName(name);
            out.writeUTF8String(event.bytes(), event.fieldOffset(field), event.fieldLength(field));
        }
    }

    private static void writeLabels(JsonGenerator out, EventView event) throws IOException {
        if (event.labelCount() > 0) {
            out.writeArrayFieldStart("labels");
            for (String label : event.labels()) {
                out.writeString(label);
            }
            out.writeEndArray();
        }
    }

    private void writeAttributes(JsonGenerator out, EventView event) throws IOException {
        if (!event.has(EventField.ATTRIBUTES)) {
            return;
        }
        int offset = event.fieldOffset(EventField.ATTRIBUTES);
        int length = event.fieldLength(EventField.ATTRIBUTES);
        out.writeFieldName("attributes");
        out.writeRawValue(oneLine ? withoutLineEnds(event, offset, length) : rawJson(event, offset, length));
    }

    private static RawJson rawJson(EventView event, int offset, int length) {
        return new RawJson(event.bytes(), offset, length);
    }

    private static RawJson withoutLineEnds(EventView event, int offset, int length) {
        byte[] copy = java.util.Arrays.copyOfRange(event.bytes(), offset, offset + length);
        for (int i = 0; i < length; i++) {
            if (copy[i] == '\n' || copy[i] == '\r') {
                copy[i] = ' ';
            }
        }
        return new RawJson(copy, 0, length);
    }
}
