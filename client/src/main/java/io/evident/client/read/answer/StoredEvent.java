package io.evident.client.read.answer;

import io.evident.event.AuditEvent;
import io.evident.event.EventTime;
import io.evident.event.Lane;
import java.time.Instant;
import java.util.Objects;

/**
 * An event as Evident has it. Immutable.
 *
 * @param event what the sender sent, with the id and the time it has got where the sender left them out
 * @param receivedTimeNs when Evident received it, in nanoseconds since 1970
 * @param receivedFrom the address it came from; {@code null} when it is not known
 * @param shard the shard it is in
 * @param incarnation the shard's opening in which it was written
 * @param epoch the epoch of the shard map under which it was routed: the order within a stream is epoch, then sequence
 * @param sequence its position in the shard; {@code null} as long as it is in the emergency journal only
 * @param emergencyPosition its position there; {@code null} once it has a sequence
 * @param lane the lane it took
 */
public record StoredEvent(
        AuditEvent event,
        long receivedTimeNs,
        String receivedFrom,
        int shard,
        int incarnation,
        int epoch,
        Long sequence,
        Long emergencyPosition,
        Lane lane) {
    public StoredEvent {
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(lane, "lane");
    }

    /** When Evident received it. */
    public Instant receivedTime() {
        return EventTime.toInstant(receivedTimeNs);
    }

    /** The event's own time. */
    public Instant time() {
        return EventTime.toInstant(event.timeNs());
    }
}
