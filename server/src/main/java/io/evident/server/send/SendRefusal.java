package io.evident.server.send;

import io.evident.event.Refusal;

/**
 * Why an event was not accepted, as the sender tells it.
 *
 * @param reason the refusal's name: {@code missing-field}
 * @param field the field at fault, or {@code null}
 * @param detail for people
 */
public record SendRefusal(String reason, String field, String detail) {
    /** The refusal of an event that was not even sent, or of a client that knows the reason by type. */
    public static SendRefusal of(Refusal refusal) {
        return new SendRefusal(refusal.reason().text(), refusal.field(), refusal.detail());
    }

    @Override
    public String toString() {
        return reason + ": " + (field == null ? "" : field + " ") + detail;
    }
}
