package io.evident.ingest;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import java.util.UUID;

/** Events to send. */
public final class TestEvents {
    private TestEvents() {}

    /** An event with a number in its id and actor. */
    public static AuditEvent event(int number) {
        return builder(number).build();
    }

    public static AuditEvent.Builder builder(int number) {
        return AuditEvent.builder("acme", "user-" + number, "document.read")
                .id(id(number))
                .resource("document", "doc-9")
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P3_LOW);
    }

    public static UUID id(int number) {
        return new UUID(0x0193_0000_0000_7000L, 0x8000_0000_0000_0000L + number);
    }

    /** The same event as JSON. */
    public static String json(int number) {
        return json(number, "");
    }

    /** With more members in front, each with its comma. */
    public static String json(int number, String moreMembers) {
        return "{" + moreMembers + "\"id\":\"" + id(number) + "\",\"tenant\":\"acme\",\"actor\":{\"id\":\"user-"
                + number
                + "\"},\"action\":\"document.read\",\"resource\":{\"type\":\"document\",\"id\":\"doc-9\"},"
                + "\"outcome\":\"success\",\"severity\":\"P3_LOW\"}";
    }

    /** The binary layout of an event. */
    public static byte[] binary(AuditEvent event) {
        EventEncoder encoder = new EventEncoder();
        if (event.encodeInto(encoder) != null) {
            throw new AssertionError("not an event: " + event);
        }
        byte[] bytes = new byte[encoder.encodedLength()];
        encoder.encode(bytes, 0);
        return bytes;
    }
}
