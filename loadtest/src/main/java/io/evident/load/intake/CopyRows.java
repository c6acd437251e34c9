package io.evident.load.intake;

import io.evident.event.AuditEvent;
import io.evident.event.EventTimeText;

/**
 * Events as rows of PostgreSQL's {@code COPY ... FROM STDIN} in its text format, in the columns of {@code schema.sql}. None
 * of the generated texts has a character that would have to be escaped. Stateless.
 */
public final class CopyRows {
    private static final char NEXT = '\t';
    private static final String NULL = "\\N";
    /** As long as what Evident stores of a connection over loopback. */
    private static final String RECEIVED_FROM = "127.0.0.1:50000";

    private CopyRows() {}

    /** Adds the row of an event that has an id and a time; it counts as received at that time. */
    public static void append(StringBuilder rows, AuditEvent event) {
        String time = EventTimeText.format(event.timeNs());
        rows.append(event.id()).append(NEXT);
        rows.append(time).append(NEXT).append(time).append(NEXT);
        appendBehindTimes(rows, event);
    }

    /** Adds what stands behind id and times in a row, with the end of its line. */
    static void appendBehindTimes(StringBuilder rows, AuditEvent event) {
        rows.append(event.outcome().text()).append(NEXT);
        rows.append(event.severity().name()).append(NEXT);
        rows.append(event.tenant()).append(NEXT);
        rows.append(orNull(event.stream())).append(NEXT);
        rows.append(event.actorId()).append(NEXT);
        rows.append(orNull(event.actorIp())).append(NEXT);
        rows.append(orNull(event.actorAgent())).append(NEXT);
        rows.append(event.action()).append(NEXT);
        rows.append(orNull(event.category())).append(NEXT);
        rows.append(event.resourceType()).append(NEXT);
        rows.append(event.resourceId()).append(NEXT);
        rows.append(RECEIVED_FROM).append(NEXT);
        rows.append(event.labels().isEmpty() ? NULL : "{" + String.join(",", event.labels()) + "}");
        rows.append(NEXT).append(orNull(event.attributes())).append('\n');
    }

    private static String orNull(String text) {
        return text == null ? NULL : text;
    }
}
