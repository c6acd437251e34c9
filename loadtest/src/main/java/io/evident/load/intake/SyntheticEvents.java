package io.evident.load.intake;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventLimits;
import io.evident.event.Outcome;
import io.evident.event.Refusal;
import io.evident.event.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The events that the generator sends when it is given none: of 10 tenants, 1,000 streams and 5,000 actors, without id and
 * time. No tenant is one of the large data set's, so they change no answer about it. Stateless.
 */
public final class SyntheticEvents {
    /** What the names of all their tenants begin with. */
    static final String TENANT_PREFIX = "tenant-";

    private static final int EVENTS = 4_096;
    private static final String[] ACTIONS = {
        "document.read", "document.update", "session.start", "guest.invite", "photo.share", "payment.refund"
    };
    private static final String NO_FILLER = "{\"note\":\"\"}";

    private SyntheticEvents() {}

    /**
     * The same events for the same arguments.
     *
     * @param sizeBytes encoded size that each event is filled up to with attributes; larger ones stay as they are
     * @param criticalShare share of events with severity P0_CRITICAL, 0 to 1
     */
    public static List<AuditEvent> list(long seed, int sizeBytes, double criticalShare) {
        SplittableRandom random = new SplittableRandom(seed);
        List<AuditEvent> events = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            AuditEvent plain = event(random, criticalShare);
            int missing = sizeBytes - encodedBytes(plain) - NO_FILLER.length();
            events.add(missing < 0 ? plain : withAttributes(plain, "{\"note\":\"" + "x".repeat(missing) + "\"}"));
        }
        return events;
    }

    private static AuditEvent event(SplittableRandom random, double criticalShare) {
        return AuditEvent.builder(
                        TENANT_PREFIX + random.nextInt(10), "user-" + random.nextInt(5_000), ACTIONS[random.nextInt(6)])
                .stream("wedding-" + random.nextInt(1_000))
                .resource("document", "doc-" + random.nextInt(100_000))
                .outcome(random.nextInt(20) == 0 ? Outcome.DENIED : Outcome.SUCCESS)
                .severity(random.nextDouble() < criticalShare ? Severity.P0_CRITICAL : Severity.P4_INFO)
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

    private static int encodedBytes(AuditEvent event) {
        EventEncoder encoder = new EventEncoder();
        Refusal refusal = event.encodeInto(encoder);
        int length = refusal == null ? encoder.encode(new byte[EventLimits.ENCODED_BYTES], 0) : -1;
        if (length < 0) {
            throw new IllegalStateException("no event that can be sent: " + refusal);
        }
        return length;
    }
}
