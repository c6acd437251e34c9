package io.evident.ingest.http.endpoint;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.pipeline.journal.UnreadablePart;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The members with which every answer about what is stored ends: how it was come by, and what is missing. Stateless. */
final class AnswerEnd {
    private AnswerEnd() {}

    static void write(JsonGenerator out, long tookNs, boolean cacheHit, List<UnreadablePart> unreadable)
            throws IOException {
        out.writeNumberField("tookMicros", TimeUnit.NANOSECONDS.toMicros(tookNs));
        out.writeStringField("cache", cacheHit ? "hit" : "miss");
        writeUnreadable(out, unreadable);
    }

    /** Absent when all can be read: so nobody who does not know it is misled on an ordinary day. */
    private static void writeUnreadable(JsonGenerator out, List<UnreadablePart> parts) throws IOException {
        if (parts.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("unreadable");
        for (UnreadablePart part : parts) {
            out.writeStartObject();
            out.writeNumberField("shard", part.shard());
            writeBounds(out, part);
            out.writeStringField("reason", part.reason());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void writeBounds(JsonGenerator out, UnreadablePart part) throws IOException {
        if (part.isEmergency()) {
            out.writeNumberField("fromEmergencyPosition", part.fromPosition());
            out.writeNumberField("toEmergencyPosition", part.toPosition());
            return;
        }
        out.writeNumberField("fromSequence", part.fromSequence());
        if (part.toSequence() == UnreadablePart.OPEN_END) {
            out.writeNullField("toSequence");
        } else {
            out.writeNumberField("toSequence", part.toSequence());
        }
    }
}
