package io.evident.event.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.EventField;
import io.evident.event.EventTimeText;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Receipt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Stored events as JSON, the plain way: by Jackson's generator. */
final class GeneratedJson {
    private GeneratedJson() {}

    static String of(EventView event, int shard, int incarnation, int epoch, long sequence, Lane lane)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = EventJsonWriter.generator(bytes)) {
            out.writeStartObject();
            if (!event.idAbsent()) {
                out.writeStringField("id", event.id().toString());
            }
            out.writeStringField("time", EventTimeText.format(event.timeNs()));
            text(out, "tenant", event, EventField.TENANT);
            text(out, "stream", event, EventField.STREAM);
            out.writeObjectFieldStart("actor");
            text(out, "id", event, EventField.ACTOR_ID);
            text(out, "ip", event, EventField.ACTOR_IP);
            text(out, "agent", event, EventField.ACTOR_AGENT);
            out.writeEndObject();
            text(out, "action", event, EventField.ACTION);
            text(out, "category", event, EventField.CATEGORY);
            out.writeObjectFieldStart("resource");
            text(out, "type", event, EventField.RESOURCE_TYPE);
            text(out, "id", event, EventField.RESOURCE_ID);
            out.writeEndObject();
            out.writeStringField("outcome", event.outcome().text());
            out.writeStringField("severity", event.severity().name());
            if (event.labelCount() > 0) {
                out.writeArrayFieldStart("labels");
                for (String label : event.labels()) {
                    out.writeString(label);
                }
                out.writeEndArray();
            }
            if (event.has(EventField.ATTRIBUTES)) {
                out.writeFieldName("attributes");
                out.writeRawValue(event.text(EventField.ATTRIBUTES));
            }
            out.writeStringField("receivedTime", EventTimeText.format(event.receivedTimeNs()));
            text(out, "receivedFrom", event, EventField.RECEIVED_FROM);
            out.writeNumberField("shard", shard);
            out.writeNumberField("incarnation", incarnation);
            out.writeNumberField("epoch", epoch);
            if (sequence >= 0) {
                out.writeNumberField("sequence", sequence);
            } else {
                out.writeNullField("sequence");
                out.writeNumberField("emergencyPosition", Receipt.emergencyPositionOf(sequence));
            }
            out.writeStringField("lane", lane.text());
            out.writeEndObject();
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static void text(JsonGenerator out, String name, EventView event, EventField field) throws IOException {
        if (event.has(field)) {
            out.writeFieldName(name);
            out.writeUTF8String(event.bytes(), event.fieldOffset(field), event.fieldLength(field));
        }
    }
}
