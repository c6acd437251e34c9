package io.evident.event;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * One audit record as a sender makes it and a reader gets it: who did what to which resource, when, from where, with what
 * outcome. Immutable. Optional fields are {@code null} when absent, labels an empty list.
 *
 * @param id unique per tenant; {@code null} leaves it to the server
 * @param timeNs event time in nanoseconds since 1970-01-01T00:00:00Z, signed; {@code null} leaves it to the server
 * @param tenant the owner of the event
 * @param stream the thing whose events belong together, optional
 * @param actorId who did it
 * @param actorIp from where, an address or host name, optional
 * @param actorAgent with what program, optional
 * @param action what was done, for example {@code document.read}
 * @param category optional
 * @param resourceType what kind of thing it was done to
 * @param resourceId which one
 * @param outcome how it ended
 * @param severity how grave it is
 * @param labels at most {@value EventLimits#LABELS}
 * @param attributes a JSON object, kept byte for byte, optional
 */
public record AuditEvent(
        UUID id,
        Long timeNs,
        String tenant,
        String stream,
        String actorId,
        String actorIp,
        String actorAgent,
        String action,
        String category,
        String resourceType,
        String resourceId,
        Outcome outcome,
        Severity severity,
        List<String> labels,
        String attributes) {

    public AuditEvent {
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(actorId, "actorId");
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(resourceType, "resourceType");
        Objects.requireNonNull(resourceId, "resourceId");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(severity, "severity");
        labels = List.copyOf(labels);
    }

    /** Begins an event with what every event has. */
    public static Builder builder(String tenant, String actorId, String action) {
        return new Builder(tenant, actorId, action);
    }

    /** The event that a view shows, which {@link EventValidator} must have found nothing wrong with. */
    public static AuditEvent of(EventView view) {
        return new AuditEvent(
                view.idAbsent() ? null : view.id(),
                view.timeAbsent() && view.receivedTimeNs() == 0 ? null : view.timeNs(),
                view.text(EventField.TENANT),
                view.text(EventField.STREAM),
                view.text(EventField.ACTOR_ID),
                view.text(EventField.ACTOR_IP),
                view.text(EventField.ACTOR_AGENT),
                view.text(EventField.ACTION),
                view.text(EventField.CATEGORY),
                view.text(EventField.RESOURCE_TYPE),
                view.text(EventField.RESOURCE_ID),
                view.outcome(),
                view.severity(),
                view.labels(),
                view.text(EventField.ATTRIBUTES));
    }

    /** This event with an id, for a sender that assigns ids before the first send. */
    public AuditEvent withId(UUID newId) {
        return new AuditEvent(
                newId,
                timeNs,
                tenant,
                stream,
                actorId,
                actorIp,
                actorAgent,
                action,
                category,
                resourceType,
                resourceId,
                outcome,
                severity,
                labels,
                attributes);
    }

    /**
     * Bytes of this event in the binary layout, at most {@link EventLimits#ENCODED_BYTES}; -1 when {@link #encodeInto} would
     * refuse it. Allocates nothing.
     */
    public int encodedLength() {
        boolean nilId = id != null && id.getMostSignificantBits() == 0 && id.getLeastSignificantBits() == 0;
        if (nilId || labels.size() > EventLimits.LABELS) {
            return -1;
        }
        int total = EventLayout.EMPTY_EVENT_BYTES;
        for (int i = 0; i < labels.size(); i++) {
            long length = Utf8.encodedLength(labels.get(i));
            if (length <= 0 || length > EventLimits.LABEL_BYTES) {
                return -1;
            }
            total += Short.BYTES + (int) length;
        }
        for (int i = 0; i < EventField.count(); i++) {
            String text = text(EventField.at(i));
            long length = text == null ? 0 : Utf8.encodedLength(text);
            if (text != null && (length <= 0 || length > EventField.at(i).maxBytes())) {
                return -1;
            }
            total += (int) length;
        }
        return total;
    }

    /**
     * Puts this event into an encoder, which is reset first. Nothing is put in differently from what it is: what the
     * binary layout cannot hold is refused, and so is what a server would refuse for its length.
     *
     * @return {@code null}, or the first field that cannot be an event's: too long, empty where it should be absent, or
     *     with an unpaired surrogate
     */
    public Refusal encodeInto(EventEncoder encoder) {
        encoder.reset();
        if (id != null) {
            if (id.getMostSignificantBits() == 0 && id.getLeastSignificantBits() == 0) {
                return new Refusal(RefusalReason.INVALID_ID, "id", "is the nil UUID, which stands for no id");
            }
            encoder.id(id.getMostSignificantBits(), id.getLeastSignificantBits());
        }
        if (timeNs != null) {
            encoder.timeNs(timeNs);
        }
        encoder.outcome(outcome);
        encoder.severity(severity);
        Refusal refusal = encodeLabels(encoder);
        for (int i = 0; refusal == null && i < EventField.count(); i++) {
            refusal = encodeField(encoder, EventField.at(i));
        }
        return refusal;
    }

    private Refusal encodeLabels(EventEncoder encoder) {
        if (labels.size() > EventLimits.LABELS) {
            return wrongLabels(EventLimits.LABELS);
        }
        for (int i = 0; i < labels.size(); i++) {
            String label = labels.get(i);
            long length = Utf8.encodedLength(label);
            if (length <= 0) {
                return notText("labels[" + i + "]", length);
            }
            if (length > EventLimits.LABEL_BYTES) {
                return wrongLabels(i);
            }
            encoder.label(label, (int) length);
        }
        return null;
    }

    private static Refusal wrongLabels(int first) {
        return new Refusal(
                RefusalReason.INVALID_VALUE,
                "labels[" + first + "]",
                "at most " + EventLimits.LABELS + " labels of at most " + EventLimits.LABEL_BYTES
                        + " bytes are allowed");
    }

    private Refusal encodeField(EventEncoder encoder, EventField field) {
        String text = text(field);
        if (text == null) {
            return null;
        }
        long length = Utf8.encodedLength(text);
        if (length <= 0) {
            return notText(field.jsonName(), length);
        }
        if (length > field.maxBytes()) {
            return EventValidator.tooLong(field, length);
        }
        encoder.field(field, text, (int) length);
        return null;
    }

    private static Refusal notText(String name, long length) {
        return length == 0
                ? new Refusal(RefusalReason.INVALID_VALUE, name, "is empty")
                : new Refusal(RefusalReason.INVALID_TEXT, name, "has an unpaired surrogate");
    }

    private String text(EventField field) {
        return switch (field) {
            case TENANT -> tenant;
            case STREAM -> stream;
            case ACTOR_ID -> actorId;
            case ACTOR_IP -> actorIp;
            case ACTOR_AGENT -> actorAgent;
            case ACTION -> action;
            case CATEGORY -> category;
            case RESOURCE_TYPE -> resourceType;
            case RESOURCE_ID -> resourceId;
            case ATTRIBUTES -> attributes;
            case RECEIVED_FROM -> null;
        };
    }

    /** Gathers the fields of an event. Not thread-safe. */
    public static final class Builder {
        private final String tenant;
        private final String actorId;
        private final String action;
        private UUID id;
        private Long timeNs;
        private String stream;
        private String actorIp;
        private String actorAgent;
        private String category;
        private String resourceType;
        private String resourceId;
        private Outcome outcome = Outcome.UNKNOWN;
        private Severity severity = Severity.P4_INFO;
        private List<String> labels = List.of();
        private String attributes;

        private Builder(String tenant, String actorId, String action) {
            this.tenant = tenant;
            this.actorId = actorId;
            this.action = action;
        }

        public Builder id(UUID value) {
            id = value;
            return this;
        }

        /** Sets the event time. Throws {@link ArithmeticException} outside the signed 64-bit nanosecond range. */
        public Builder time(Instant value) {
            return timeNs(EventTime.toNs(value));
        }

        /** Sets the event time in nanoseconds since 1970. */
        public Builder timeNs(long value) {
            timeNs = value;
            return this;
        }

        public Builder stream(String value) {
            stream = value;
            return this;
        }

        public Builder actorIp(String value) {
            actorIp = value;
            return this;
        }

        public Builder actorAgent(String value) {
            actorAgent = value;
            return this;
        }

        public Builder category(String value) {
            category = value;
            return this;
        }

        public Builder resource(String type, String resId) {
            resourceType = type;
            resourceId = resId;
            return this;
        }

        public Builder outcome(Outcome value) {
            outcome = value;
            return this;
        }

        public Builder severity(Severity value) {
            severity = value;
            return this;
        }

        public Builder labels(String... values) {
            labels = List.of(values);
            return this;
        }

        /** Sets the attributes: one JSON object, kept byte for byte. */
        public Builder attributes(String json) {
            attributes = json;
            return this;
        }

        /** The event. Throws {@link NullPointerException} when a required field is absent. */
        public AuditEvent build() {
            return new AuditEvent(
                    id,
                    timeNs,
                    tenant,
                    stream,
                    actorId,
                    actorIp,
                    actorAgent,
                    action,
                    category,
                    resourceType,
                    resourceId,
                    outcome,
                    severity,
                    labels,
                    attributes);
        }
    }
}
