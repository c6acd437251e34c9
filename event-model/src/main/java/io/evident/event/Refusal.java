package io.evident.event;

import java.util.Objects;

/**
 * Why one event, or one request, was not accepted.
 *
 * @param reason the typed reason
 * @param field the dotted name of the field at fault, or {@code null} where no single field is
 * @param detail what is wrong and what would be right, for people; never holds more than a short excerpt of the input
 */
public record Refusal(RefusalReason reason, String field, String detail) {
    public Refusal {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(detail, "detail");
    }

    /** A refusal that no single field is to blame for. */
    public static Refusal of(RefusalReason reason, String detail) {
        return new Refusal(reason, null, detail);
    }
}
