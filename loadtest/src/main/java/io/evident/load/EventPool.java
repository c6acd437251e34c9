package io.evident.load;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventLimits;
import io.evident.event.Outcome;
import io.evident.event.Refusal;
import io.evident.event.Severity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Events in the binary layout, made beforehand, so that the generator only copies while it measures. Each sending gets an
 * id of its own in place. Immutable.
 */
final class EventPool {
    private static final int SYNTHETIC_EVENTS = 4_096;
    private static final String[] ACTIONS = {
        "document.read", "document.update", "session.start", "guest.invite", "photo.share", "payment.refund"
    };

    private final byte[][] events;

    private EventPool(List<byte[]> events) {
        this.events = events.toArray(byte[][]::new);
    }

    /**
     * Synthetic events of 1,000 streams and 5,000 actors.
     *
     * @param sizeBytes encoded size that each event is filled up to with attributes; smaller ones stay as they are
     * @param criticalShare share of events with severity P0_CRITICAL, 0 to 1
     */
    static EventPool synthetic(long seed, int sizeBytes, double criticalShare) {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> events = new ArrayList<>();
        for (int i = 0; i < SYNTHETIC_EVENTS; i++) {
            AuditEvent plain = event(random, criticalShare, null);
            int missing = sizeBytes - encode(plain).length;
            String filler = "{\"note\":\"\"}";
            events.add(
                    missing < filler.length()
                            ? encode(plain)
                            : encode(withAttributes(
                                    plain, "{\"note\":\"" + "x".repeat(missing - filler.length()) + "\"}")));
        }
        return new EventPool(events);
    }

    /** Given events, for example those of real log files. */
    static EventPool of(List<AuditEvent> given) {
        return new EventPool(given.stream().map(EventPool::encode).toList());
    }

    private static AuditEvent event(SplittableRandom random, double criticalShare, String attributes) {
        return AuditEvent.builder(
                        "tenant-" + random.nextInt(10), "user-" + random.nextInt(5_000), ACTIONS[random.nextInt(6)])
                .stream("wedding-" + random.nextInt(1_000))
                .resource("document", "doc-" + random.nextInt(100_000))
                .outcome(random.nextInt(20) == 0 ? Outcome.DENIED : Outcome.SUCCESS)
                .severity(random.nextDouble() < criticalShare ? Severity.P0_CRITICAL : Severity.P4_INFO)
                .attributes(attributes)
                .build();
    }

    private static AuditEvent withAttributes(AuditEvent event, String attributes) {
        return AuditEvent.builder(event.tenant(), event.actorId(), event.action()).stream(event.stream())
                .resource(event.resourceType(), event.resourceId())
                .outcome(event.outcome())
                .severity(event.severity())
                .attributes(attributes)
                .build();
    }

    private static byte[] encode(AuditEvent event) {
        EventEncoder encoder = new EventEncoder();
        Refusal refusal = event.encodeInto(encoder);
        byte[] bytes = new byte[EventLimits.ENCODED_BYTES];
        int length = refusal == null ? encoder.encode(bytes, 0) : -1;
        if (length < 0) {
            throw new IllegalArgumentException("no event that can be sent: " + refusal);
        }
        return Arrays.copyOf(bytes, length);
    }

    int size() {
        return events.length;
    }

    /** The bytes of an event, not to be changed. */
    byte[] event(int index) {
        return events[index];
    }

    /** Mean encoded size in bytes. */
    double meanBytes() {
        return Arrays.stream(events).mapToInt(event -> event.length).average().orElse(0);
    }
}
