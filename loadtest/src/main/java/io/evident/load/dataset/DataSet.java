package io.evident.load.dataset;

import io.evident.event.AuditEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Events over 30 days that follow from a seed: event i can be made, and its id and time computed, without any other.
 * 50 tenants, 200,000 actors and 1,000,000 resources, each of one tenant and some of them far more busy than others
 * ({@link Zipf}), 40 actions. Times ascend with a jitter of {@value #JITTER_SECONDS} seconds; no two are equal, and all are
 * whole microseconds, so that a system that keeps no finer time has the same order. Immutable, thread-safe.
 */
public final class DataSet {
    /** The first instant of the 30 days. */
    public static final Instant START = Instant.parse("2026-06-01T00:00:00Z");

    public static final int DAYS = 30;
    /** The end of the 30 days; no event is as late. */
    public static final Instant END = START.plus(Duration.ofDays(DAYS));

    public static final int TENANTS = 50;
    public static final int ACTORS = 200_000;
    public static final int RESOURCES = 1_000_000;
    /** More would have equal times. */
    public static final long MOST_EVENTS = 200_000_000;
    /** What the names of all its tenants begin with, and of no other generated event's. */
    public static final String TENANT_PREFIX = "org-";

    private static final int JITTER_SECONDS = 4;
    private static final long SECOND_US = 1_000_000;
    /** The low bits of a time are those of the event's number: within the jitter no two events share them. */
    private static final long NUMBER_BITS = 0xFFF;

    private static final long START_US = START.getEpochSecond() * SECOND_US;
    private static final long SPAN_US = DAYS * 86_400L * SECOND_US - JITTER_SECONDS * SECOND_US;
    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT_BITS = 0x8000_0000_0000_0000L;

    private static final Zipf TENANT_RANKS = new Zipf(TENANTS);
    private static final Zipf ACTOR_RANKS = new Zipf(ACTORS / TENANTS);
    private static final Zipf RESOURCE_RANKS = new Zipf(RESOURCES / TENANTS);
    private static final Zipf ACTION_RANKS = new Zipf(Vocabulary.ACTIONS.length);
    private static final Zipf AGENT_RANKS = new Zipf(Vocabulary.AGENTS.length);
    private static final Zipf STREAM_RANKS = new Zipf(400);
    private static final double STREAM_SHARE = 0.3;

    private final long seed;
    private final long events;

    /** @param events how many there are, 1 to {@link #MOST_EVENTS} */
    public DataSet(long seed, long events) {
        if (events < 1 || events > MOST_EVENTS) {
            throw new IllegalArgumentException(events + " events; 1 to " + MOST_EVENTS + " are possible");
        }
        this.seed = seed;
        this.events = events;
    }

    /** How many events there are. */
    public long events() {
        return events;
    }

    /** The time of an event in microseconds since 1970. */
    public long timeUs(long number) {
        long jitterUs = Long.remainderUnsigned(mix(number, 1), JITTER_SECONDS * SECOND_US);
        long intended = (long) ((double) number / events * SPAN_US) + jitterUs;
        return START_US + ((intended & ~NUMBER_BITS) | (number & NUMBER_BITS));
    }

    /** The id of an event: version 7 of RFC 9562, so it begins with the event's time. */
    public UUID id(long number) {
        return id(number, timeUs(number));
    }

    private UUID id(long number, long timeUs) {
        long high = (timeUs / 1_000) << 16 | VERSION_7 | (mix(number, 2) & 0xFFF);
        return new UUID(high, VARIANT_BITS | (mix(number, 3) >>> 2));
    }

    /** An event. */
    public AuditEvent event(long number) {
        SplittableRandom random = new SplittableRandom(mix(number, 0));
        int tenant = TENANT_RANKS.next(random);
        int actor = ACTOR_RANKS.next(random) * TENANTS + tenant;
        int resource = RESOURCE_RANKS.next(random) * TENANTS + tenant;
        String action = Vocabulary.ACTIONS[ACTION_RANKS.next(random)];
        String kind = Vocabulary.kind(action);
        long timeUs = timeUs(number);
        AuditEvent.Builder event = AuditEvent.builder(tenantName(tenant), actorName(actor), action)
                .id(id(number, timeUs))
                .timeNs(timeUs * 1_000)
                .actorIp(ip(random, actor))
                .actorAgent(Vocabulary.AGENTS[AGENT_RANKS.next(random)])
                .category(kind)
                .resource(kind, "res-" + resource)
                .outcome(Vocabulary.outcome(random))
                .severity(Vocabulary.severity(random))
                .labels(Vocabulary.labels(random));
        if (random.nextDouble() < STREAM_SHARE) {
            event.stream("project-" + (STREAM_RANKS.next(random) * TENANTS + tenant));
        }
        return event.attributes(attributes(random)).build();
    }

    private static String tenantName(int tenant) {
        return TENANT_PREFIX + tenant;
    }

    /** The name of an actor, 0 to {@link #ACTORS} - 1; those that follow do not exist. */
    public static String actorName(int actor) {
        return "user-" + actor;
    }

    /** The one tenant that an actor belongs to. */
    public static String tenantOfActor(int actor) {
        return tenantName(actor % TENANTS);
    }

    /** All actions, from the most common to the rarest. */
    public static List<String> actions() {
        return List.of(Vocabulary.ACTIONS);
    }

    /** Mostly the actor's own address, now and then another. */
    private static String ip(SplittableRandom random, int actor) {
        int host = random.nextInt(10) == 0 ? random.nextInt(1 << 24) : actor;
        return "10." + (host >>> 16) + '.' + (host >>> 8 & 0xFF) + '.' + (host & 0xFF);
    }

    private static String attributes(SplittableRandom random) {
        return "{\"session\":\"" + Long.toHexString(random.nextLong()) + "\",\"request\":\""
                + Long.toHexString(random.nextLong()) + "\",\"device\":\"" + Long.toHexString(random.nextLong())
                + "\",\"region\":\"eu-" + random.nextInt(4) + "\",\"durationMs\":" + random.nextInt(2_000) + '}';
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
    private long mix(long number, int purpose) {
        long z = seed * 0x9E37_79B9_7F4A_7C15L + number * 4 + purpose;
        z += 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return z ^ (z >>> 31);
    }
}
