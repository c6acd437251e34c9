package io.evident.load.intake;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventLimits;
import io.evident.event.Outcome;
import io.evident.event.Refusal;
import io.evident.event.Severity;
import io.evident.load.dataset.Zipf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The events that the generator sends when it is given none: of 10 tenants, 1,000 streams and 5,000 actors, without id and
 * time. No tenant is one of the large data set's, so they change no answer about it. Stateless.
 */
public final class SyntheticEvents {
    /** What the names of all their tenants begin with. */
    static final String TENANT_PREFIX = "tenant-";

    private static final int EVENTS = 4_096;
    /** Many tenants or actors need many events; together they take no more than this. */
    private static final int MOST_EVENTS = 1 << 17;

    private static final long MOST_BYTES = 64L << 20;
    private static final String PROTECTED_LABEL = "pci";
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
        return list(seed, EventMix.plain(sizeBytes, criticalShare));
    }

    /** The same events for the same arguments: some thousands, as many as show the whole mix in 64 MiB. */
    public static List<AuditEvent> list(long seed, EventMix mix) {
        SplittableRandom random = new SplittableRandom(seed);
        Zipf tenants = mix.zipf() ? new Zipf(mix.tenants()) : null;
        Zipf actors = mix.zipf() ? new Zipf(mix.actors()) : null;
        NavigableMap<Double, Integer> sizes = cumulative(mix.sizes());
        long fitting = Math.max(1, (long) (MOST_BYTES / mix.meanBytes()));
        long wanted = Math.max(EVENTS, 4L * Math.min(MOST_EVENTS, mix.tenants()));
        int count = (int) Math.min(Math.min(fitting, wanted), MOST_EVENTS);
        List<AuditEvent> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String tenant = mix.tenantPrefix() + rank(tenants, mix.tenants(), random);
            String actor = "user-" + rank(actors, mix.actors(), random);
            AuditEvent.Builder plain = event(random, mix, tenant, actor);
            int size = sizes.size() == 1
                    ? sizes.firstEntry().getValue()
                    : sizes.higherEntry(random.nextDouble() * sizes.lastKey()).getValue();
            events.add(filled(plain, size, random));
        }
        return events;
    }

    private static int rank(Zipf zipf, int ranks, SplittableRandom random) {
        return zipf == null ? random.nextInt(ranks) : zipf.next(random);
    }

    private static NavigableMap<Double, Integer> cumulative(Map<Integer, Double> sizes) {
        NavigableMap<Double, Integer> upTo = new TreeMap<>();
        double sum = 0;
        for (Map.Entry<Integer, Double> size : new TreeMap<>(sizes).entrySet()) {
            if (size.getValue() > 0) {
                sum += size.getValue();
                upTo.put(sum, size.getKey());
            }
        }
        return upTo;
    }

    private static AuditEvent.Builder event(SplittableRandom random, EventMix mix, String tenant, String actor) {
        AuditEvent.Builder event = AuditEvent.builder(tenant, actor, ACTIONS[random.nextInt(6)]).stream(
                        "wedding-" + random.nextInt(1_000))
                .resource("document", "doc-" + random.nextInt(100_000))
                .outcome(random.nextInt(20) == 0 ? Outcome.DENIED : Outcome.SUCCESS);
        double lane = random.nextDouble();
        boolean critical = lane < mix.criticalShare();
        if (!critical && lane < mix.criticalShare() + mix.elevatedShare()) {
            event.labels(PROTECTED_LABEL);
        }
        return event.severity(critical ? Severity.P0_CRITICAL : Severity.P4_INFO);
    }

    private static AuditEvent filled(AuditEvent.Builder event, int sizeBytes, SplittableRandom random) {
        if (sizeBytes == EventMix.CLOUDTRAIL_BYTES) {
            return event.attributes(CloudTrailLike.record(random)).build();
        }
        AuditEvent plain = event.build();
        int missing = Math.min(sizeBytes - encodedBytes(plain), EventLimits.ATTRIBUTES_BYTES) - NO_FILLER.length();
        return missing < 0
                ? plain
                : event.attributes("{\"note\":\"" + "x".repeat(missing) + "\"}").build();
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
