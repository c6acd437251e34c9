package io.evident.server.demo;

import io.evident.event.AuditEvent;
import io.evident.event.EventIds;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * Events as a wedding platform would send them: most are everyday work, some touch guests' data, a few belong to a wedding
 * that is taking place right now, and one in some thousands is an attack. Not thread-safe; the same seed gives the same
 * events, but for their times.
 */
final class SampleEvents {
    /** The tenant of the story. */
    static final String TENANT = "amber-events";
    /** The stream with the occasion that is active during the demo. */
    static final String OCCASION_STREAM = "wedding-4711";

    private static final String[] TENANTS = {TENANT, "blue-lagoon", "castle-hill"};
    private static final String[] ACTIONS = {"photo.view", "photo.share", "seat.assign", "menu.update", "budget.read"};
    private static final String[] TYPES = {"photo", "photo", "seating-plan", "menu", "budget"};

    private final EventIds ids = new EventIds();
    private final SplittableRandom random;

    SampleEvents(long seed) {
        random = new SplittableRandom(seed);
    }

    AuditEvent next() {
        int kind = random.nextInt(1_000);
        if (kind == 0) {
            return attack();
        }
        if (kind < 30) {
            return occasionWork();
        }
        return kind < 130 ? guestData() : everyday();
    }

    private AuditEvent everyday() {
        int action = random.nextInt(ACTIONS.length);
        return base(TENANTS[random.nextInt(TENANTS.length)], ACTIONS[action]).stream("wedding-" + random.nextInt(1_000))
                .category("content")
                .resource(TYPES[action], TYPES[action] + "-" + random.nextInt(50_000))
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P4_INFO)
                .build();
    }

    private AuditEvent guestData() {
        return base(TENANTS[random.nextInt(TENANTS.length)], "guest.read").stream("wedding-" + random.nextInt(1_000))
                .category("data-access")
                .resource("guest-list", "guests-" + random.nextInt(1_000))
                .outcome(random.nextInt(50) == 0 ? Outcome.DENIED : Outcome.SUCCESS)
                .severity(Severity.P3_LOW)
                .labels("personal-data")
                .build();
    }

    private AuditEvent occasionWork() {
        return base(TENANT, "timeline.update").stream(OCCASION_STREAM)
                .category("content")
                .resource("timeline", "timeline-4711")
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P3_LOW)
                .build();
    }

    private AuditEvent attack() {
        return base(TENANT, "guest.export").stream(OCCASION_STREAM)
                .actorIp("203.0.113.66")
                .category("data-access")
                .resource("guest-list", "guests-4711")
                .outcome(Outcome.DENIED)
                .severity(Severity.P0_CRITICAL)
                .labels("personal-data")
                .attributes("{\"reason\":\"export without a second person\",\"rows\":" + random.nextInt(100, 900) + "}")
                .build();
    }

    private AuditEvent.Builder base(String tenant, String action) {
        return AuditEvent.builder(tenant, "user-" + random.nextInt(2_000), action)
                .id(ids.next())
                .time(Instant.now())
                .actorIp("198.51.100." + random.nextInt(1, 255))
                .actorAgent("wedding-app/7.3");
    }
}
