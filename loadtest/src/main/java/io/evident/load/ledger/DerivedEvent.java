package io.evident.load.ledger;

import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Events whose every field follows from their id: who has the id can tell whether the event is unchanged. They take all
 * lanes, many streams and every size up to the largest attributes. Stateless.
 */
final class DerivedEvent {
    private static final long VERSION_8 = 0x8000L;
    private static final long VARIANT_BITS = 0x8000_0000_0000_0000L;
    private static final long NUMBER_MASK = 0x3FFF_FFFF_FFFF_FFFFL;

    private static final long FIRST_TIME_NS = 1_780_000_000_000_000_000L;
    private static final long BETWEEN_EVENTS_NS = 1_000_000L;
    private static final int JITTER_NS = 50_000_000;

    private static final String[] ACTIONS = {"document.read", "document.update", "session.start", "payment.refund"};
    private static final int MOST_SMALL = 300;
    private static final int MOST_MIDDLE = 4_000;
    private static final int MOST_LARGE = 60_000;

    private DerivedEvent() {}

    /**
     * The id of one sending.
     *
     * @param run tells one run of the driver from another; its lowest 48 bits count
     * @param sender a sender of that run, 0 to 4,095
     * @param number counts that sender's events
     */
    static UUID id(long run, int sender, long number) {
        return new UUID((run << 16) | VERSION_8 | sender, VARIANT_BITS | (number & NUMBER_MASK));
    }

    /** Whether an id is of this kind: whatever has another one was sent by somebody else. */
    static boolean isDriversId(UUID id) {
        return id.version() == 8;
    }

    /** The one event that has this id. */
    static AuditEvent of(UUID id) {
        SplittableRandom random = new SplittableRandom(id.getMostSignificantBits() * 31 + id.getLeastSignificantBits());
        long number = id.getLeastSignificantBits() & NUMBER_MASK;
        AuditEvent.Builder event = AuditEvent.builder(
                        "campaign-" + random.nextInt(3),
                        "user-" + random.nextInt(500),
                        ACTIONS[random.nextInt(ACTIONS.length)])
                .id(id)
                .timeNs(FIRST_TIME_NS + number * BETWEEN_EVENTS_NS + random.nextInt(JITTER_NS))
                .resource("document", "doc-" + number)
                .outcome(Outcome.values()[random.nextInt(Outcome.values().length)]);
        if (random.nextInt(3) > 0) {
            event.stream("stream-" + random.nextInt(50));
        }
        // One in ten goes to the CRITICAL lane, one in five of the others to ELEVATED.
        event.severity(random.nextInt(10) == 0 ? Severity.P0_CRITICAL : Severity.P3_LOW);
        if (random.nextInt(5) == 0) {
            event.labels("pii");
        }
        return event.attributes(attributes(random, number)).build();
    }

    private static String attributes(SplittableRandom random, long number) {
        int die = random.nextInt(1_000);
        int length = random.nextInt(die < 900 ? MOST_SMALL : die < 997 ? MOST_MIDDLE : MOST_LARGE);
        StringBuilder text = new StringBuilder(length + 40);
        text.append("{\"number\": ").append(number).append(", \"text\": \"");
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.append("\"}").toString();
    }
}
