package io.evident.server.cloudtrail;

import io.evident.event.AuditEvent;
import io.evident.event.EventField;
import io.evident.event.EventIdText;
import io.evident.event.EventTimeText;
import io.evident.event.Outcome;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * Makes an event of a CloudTrail record. The fields are those of AWS' "CloudTrail record contents"; what becomes of each
 * is written down in {@code docs/cloudtrail.md}. Not thread-safe.
 */
public final class CloudTrailMapping {
    /** Parts of error codes that mean "you may not", in whatever service and version. */
    private static final List<String> DENIALS = List.of(
            "AccessDenied",
            "Unauthorized",
            "NotAuthorized",
            "Forbidden",
            "AuthFailure",
            "AuthorizationError",
            "InsufficientPrivileges");

    private final EventTimeText timeText = new EventTimeText();

    /**
     * What a record became: one of the two is {@code null}.
     *
     * @param event with the untouched record as its attributes
     * @param refusal names the record's field that is missing or wrong
     */
    public record Mapped(AuditEvent event, Refusal refusal) {}

    /** Maps one record; the bytes are kept as the event's attributes. */
    public Mapped map(byte[] bytes) {
        try {
            JsonTree json = JsonTree.parse(bytes);
            return json.isObject()
                    ? map(json, new String(bytes, StandardCharsets.UTF_8))
                    : refused(RefusalReason.WRONG_TYPE, null, "a record has to be a JSON object");
        } catch (IOException malformed) {
            return refused(RefusalReason.MALFORMED, null, "the record is no valid JSON: " + malformed.getMessage());
        }
    }

    private Mapped map(JsonTree json, String untouched) {
        String idAsText = json.text("eventID");
        UUID id = idAsText == null ? null : EventIdText.idOf(idAsText);
        if (id == null) {
            return refused(RefusalReason.INVALID_ID, "eventID", "is missing or no UUID");
        }
        String time = json.text("eventTime");
        String timeProblem = time == null ? "is missing" : timeText.parse(time);
        if (timeProblem != null) {
            return refused(RefusalReason.INVALID_TIME, "eventTime", timeProblem);
        }
        CloudTrailRecord record = CloudTrailRecord.of(json);
        if (record.account() == null || record.actor() == null) {
            String missing = record.account() == null ? "recipientAccountId" : "userIdentity";
            return refused(RefusalReason.MISSING_FIELD, missing, "is needed to know the tenant and the actor");
        }
        if (record.eventSource() == null || record.eventName() == null) {
            return refused(RefusalReason.MISSING_FIELD, "eventName", "is needed, and eventSource, to know the action");
        }
        Outcome outcome = outcome(json, record);
        CloudTrailResource resource = CloudTrailResource.of(json, record);
        AuditEvent event = AuditEvent.builder(
                        record.account(), record.actor(), record.eventSource() + ":" + record.eventName())
                .id(id)
                .timeNs(timeText.ns())
                .actorIp(json.text("sourceIPAddress"))
                .actorAgent(cutTo(json.text("userAgent"), EventField.ACTOR_AGENT.maxBytes()))
                .category(json.text("eventCategory"))
                .resource(resource.type(), resource.id())
                .outcome(outcome)
                .severity(CloudTrailSeverity.of(record, outcome))
                .attributes(untouched)
                .build();
        return new Mapped(event, null);
    }

    private static Outcome outcome(JsonTree json, CloudTrailRecord record) {
        String errorCode = json.text("errorCode");
        if (errorCode != null && DENIALS.stream().anyMatch(errorCode::contains)) {
            return Outcome.DENIED;
        }
        boolean failedLogin =
                record.isConsoleLogin() && "Failure".equals(json.text("responseElements", "ConsoleLogin"));
        // A failed login has a message without a code.
        return errorCode != null || json.text("errorMessage") != null || failedLogin
                ? Outcome.FAILURE
                : Outcome.SUCCESS;
    }

    /** The user agent is the caller's text and may be of any length; what is cut off still stands in the attributes. */
    private static String cutTo(String text, int maxBytes) {
        if (text == null || text.getBytes(StandardCharsets.UTF_8).length <= maxBytes) {
            return text;
        }
        int end = Math.min(text.length(), maxBytes);
        while (text.substring(0, end).getBytes(StandardCharsets.UTF_8).length > maxBytes
                || Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    private static Mapped refused(RefusalReason reason, String field, String detail) {
        return new Mapped(null, new Refusal(reason, field, detail));
    }
}
