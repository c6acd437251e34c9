package io.evident.event.json;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.Severity;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Writes events as JSON, in the order of the published schema; absent fields are left out. Reads the binary form and
 * builds no text on the way. Stateless but for the choice of one line; safe to share between threads.
 */
public final class EventJsonWriter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int TYPICAL_BYTES = 1024;

    private static final byte[] ID = member("id");
    private static final byte[] TIME = member("time");
    private static final byte[] TENANT = member("tenant");
    private static final byte[] STREAM = member("stream");
    private static final byte[] ACTOR = member("actor");
    private static final byte[] IP = member("ip");
    private static final byte[] AGENT = member("agent");
    private static final byte[] ACTION = member("action");
    private static final byte[] CATEGORY = member("category");
    private static final byte[] RESOURCE = member("resource");
    private static final byte[] TYPE = member("type");
    private static final byte[][] OUTCOMES = members("outcome", Outcome.values(), Outcome::text);
    private static final byte[][] SEVERITIES = members("severity", Severity.values(), Severity::name);
    private static final byte[] LABELS = JsonBytes.ascii(",\"labels\":[");
    private static final byte[] COMMA = JsonBytes.ascii(",");
    private static final byte[] ATTRIBUTES = member("attributes");
    private static final byte[] RECEIVED_TIME = member("receivedTime");
    private static final byte[] RECEIVED_FROM = member("receivedFrom");
    private static final byte[] SHARD = member("shard");
    private static final byte[] INCARNATION = member("incarnation");
    private static final byte[] EPOCH = member("epoch");
    private static final byte[] SEQUENCE = member("sequence");
    private static final byte[] NO_SEQUENCE = JsonBytes.ascii(",\"sequence\":null,\"emergencyPosition\":");
    private static final byte[][] LANES = members("lane", Lane.values(), Lane::text);

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

    /** A generator for what stands around events: compact UTF-8. The caller closes it, and with it the stream. */
    public static JsonGenerator generator(OutputStream out) {
        try {
            return JSON.createGenerator(out, JsonEncoding.UTF8);
        } catch (IOException impossible) {
            throw new UncheckedIOException("creating a generator does no input or output", impossible);
        }
    }

    /** Writes what a sender supplied, and nothing of what the server fills in. */
    public void write(JsonBytes out, EventView event) {
        int begin = out.beginObject();
        writeSupplied(out, event);
        out.endObject(begin);
    }

    /** Writes a stored event with what the server filled in and where it is. */
    public void write(JsonBytes out, EventView event, int shard, int incarnation, int epoch, long sequence, Lane lane) {
        int begin = out.beginObject();
        writeSupplied(out, event);
        out.raw(RECEIVED_TIME);
        out.time(event.receivedTimeNs());
        writeText(out, RECEIVED_FROM, event, EventField.RECEIVED_FROM);
        writeNumber(out, SHARD, shard);
        writeNumber(out, INCARNATION, incarnation);
        writeNumber(out, EPOCH, epoch);
        if (sequence >= 0) {
            writeNumber(out, SEQUENCE, sequence);
        } else {
            out.raw(NO_SEQUENCE);
            out.number(Receipt.emergencyPositionOf(sequence));
        }
        out.raw(LANES[lane.ordinal()]);
        out.endObject(begin);
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
        JsonBytes bytes = new JsonBytes(TYPICAL_BYTES);
        write(bytes, event);
        return bytes.toByteArray();
    }

    private void writeSupplied(JsonBytes out, EventView event) {
        if (!event.idAbsent()) {
            out.raw(ID);
            out.id(event.idHigh(), event.idLow());
        }
        if (!event.timeAbsent() || event.receivedTimeNs() != 0) {
            out.raw(TIME);
            out.time(event.timeNs());
        }
        writeText(out, TENANT, event, EventField.TENANT);
        writeText(out, STREAM, event, EventField.STREAM);
        out.raw(ACTOR);
        int actor = out.beginObject();
        writeText(out, ID, event, EventField.ACTOR_ID);
        writeText(out, IP, event, EventField.ACTOR_IP);
        writeText(out, AGENT, event, EventField.ACTOR_AGENT);
        out.endObject(actor);
        writeText(out, ACTION, event, EventField.ACTION);
        writeText(out, CATEGORY, event, EventField.CATEGORY);
        out.raw(RESOURCE);
        int resource = out.beginObject();
        writeText(out, TYPE, event, EventField.RESOURCE_TYPE);
        writeText(out, ID, event, EventField.RESOURCE_ID);
        out.endObject(resource);
        out.raw(OUTCOMES[event.outcome().ordinal()]);
        out.raw(SEVERITIES[event.severity().ordinal()]);
        writeLabels(out, event);
        writeAttributes(out, event);
    }

    private static void writeText(JsonBytes out, byte[] name, EventView event, EventField field) {
        if (event.has(field)) {
            out.raw(name);
            out.text(event.bytes(), event.fieldOffset(field), event.fieldLength(field));
        }
    }

    private static void writeNumber(JsonBytes out, byte[] name, long number) {
        out.raw(name);
        out.number(number);
    }

    private static void writeLabels(JsonBytes out, EventView event) {
        if (event.labelCount() == 0) {
            return;
        }
        int at = event.firstLabelOffset();
        for (int i = 0; i < event.labelCount(); i++) {
            int length = event.labelLength(at);
            int text = event.labelTextOffset(at);
            out.raw(i == 0 ? LABELS : COMMA);
            out.textOfBasicPlane(event.bytes(), text, length);
            at = text + length;
        }
        out.write(']');
    }

    private void writeAttributes(JsonBytes out, EventView event) {
        if (!event.has(EventField.ATTRIBUTES)) {
            return;
        }
        int offset = event.fieldOffset(EventField.ATTRIBUTES);
        int length = event.fieldLength(EventField.ATTRIBUTES);
        out.raw(ATTRIBUTES);
        if (oneLine) {
            out.rawOnOneLine(event.bytes(), offset, length);
        } else {
            out.write(event.bytes(), offset, length);
        }
    }

    /** What stands in front of a member's value. */
    private static byte[] member(String name) {
        return JsonBytes.ascii(",\"" + name + "\":");
    }

    /** A member of each of an enum's constants, by ordinal. */
    private static <E> byte[][] members(String name, E[] constants, Function<E, String> text) {
        return Stream.of(constants)
                .map(constant -> JsonBytes.ascii(",\"" + name + "\":\"" + text.apply(constant) + "\""))
                .toArray(byte[][]::new);
    }
}
