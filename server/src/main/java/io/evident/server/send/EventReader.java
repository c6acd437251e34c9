package io.evident.server.send;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventIds;
import io.evident.event.EventView;
import io.evident.event.Refusal;
import io.evident.event.json.EventJsonReader;
import io.evident.server.cloudtrail.CloudTrailMapping;
import io.evident.server.json.JsonRecord;
import io.evident.server.json.JsonRecords;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** Reads the events of one file. Used by one thread. */
public final class EventReader implements Closeable {
    private static final EventIds IDS = new EventIds();

    private final String file;
    private final JsonRecords records;
    private final Decoder decoder;

    /** What the files hold. */
    public enum Format {
        /** Events as Evident takes them: an object, an array, or NDJSON. */
        EVIDENT,
        /** AWS CloudTrail log files. */
        CLOUDTRAIL
    }

    /** One step of reading; one of the two is {@code null}. */
    public record Item(OutgoingEvent event, String place, SendRefusal refusal) {}

    private record Decoded(AuditEvent event, Refusal refusal) {}

    @FunctionalInterface
    private interface Decoder {
        Decoded decode(byte[] bytes);
    }

    private EventReader(String file, JsonRecords records, Decoder decoder) {
        this.file = file;
        this.records = records;
        this.decoder = decoder;
    }

    /** Begins a file; closing the reader closes the stream. */
    public static EventReader open(String file, InputStream in, Format format) throws IOException {
        if (format == Format.CLOUDTRAIL) {
            CloudTrailMapping mapping = new CloudTrailMapping();
            return new EventReader(file, JsonRecords.ofMember(in, "Records"), bytes -> {
                CloudTrailMapping.Mapped mapped = mapping.map(bytes);
                return new Decoded(mapped.event(), mapped.refusal());
            });
        }
        EventJsonReader reader = new EventJsonReader();
        EventEncoder encoder = new EventEncoder();
        return new EventReader(file, JsonRecords.ofEvents(in), bytes -> decode(bytes, reader, encoder));
    }

    private static Decoded decode(byte[] bytes, EventJsonReader reader, EventEncoder encoder) {
        Refusal refusal = reader.read(bytes, 0, bytes.length, encoder);
        if (refusal != null) {
            return new Decoded(null, refusal);
        }
        byte[] binary = new byte[encoder.encodedLength()];
        encoder.encode(binary, 0);
        EventView view = new EventView();
        refusal = view.wrap(binary, 0, binary.length);
        return refusal == null ? new Decoded(AuditEvent.of(view), null) : new Decoded(null, refusal);
    }

    /** The next event or refusal, or {@code null} after the last. An event without an id gets one here, before it is sent. */
    public Item next() throws IOException {
        JsonRecord record = records.next();
        if (record == null) {
            return null;
        }
        String place = file + (record.line() > 0 ? ", line " + record.line() : "") + ", index " + record.index();
        Decoded decoded =
                record.refusal() == null ? decoder.decode(record.bytes()) : new Decoded(null, record.refusal());
        if (decoded.refusal() != null) {
            return new Item(null, place, SendRefusal.of(decoded.refusal()));
        }
        AuditEvent event = decoded.event();
        return new Item(new OutgoingEvent(event.id() == null ? event.withId(IDS.next()) : event, place), place, null);
    }

    @Override
    public void close() throws IOException {
        records.close();
    }
}
