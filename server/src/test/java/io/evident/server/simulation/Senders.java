package io.evident.server.simulation;

import io.evident.event.Lane;
import io.evident.event.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * What the clients send: new events, those again whose outcome they do not know or that were refused for a time, any
 * others again, and now and then another content under a known id. Outlives the server.
 */
final class Senders {
    private static final String[] TENANTS = {"acme", "globex"};
    private static final String[] STREAMS = {"wedding-1", "wedding-2", "wedding-3"};
    private static final int SMALL_BYTES = 100;
    private static final int LARGE_BYTES = 6_000;
    private static final int LARGEST_BYTES = 60_000;

    private final SplittableRandom random;
    private final double largeRate;
    private final int criticalShare;
    private final List<SimEvent> all = new ArrayList<>();
    private final List<SimEvent> unsettled = new ArrayList<>();
    private int contents;

    Senders(SplittableRandom random, Plan plan) {
        this.random = random;
        this.largeRate = plan.largeRate();
        this.criticalShare = plan.criticalShare();
    }

    SimEvent next() {
        int roll = random.nextInt(100);
        if (roll < 20 && !unsettled.isEmpty()) {
            return takeUnsettled();
        }
        if (roll < 32 && !all.isEmpty()) {
            return all.get(random.nextInt(all.size()));
        }
        if (roll < 36 && !all.isEmpty()) {
            return another(all.get(random.nextInt(all.size())));
        }
        boolean critical = random.nextInt(100) < criticalShare;
        return fresh(critical ? Lane.CRITICAL : Lane.ofCode(random.nextInt(Lane.count())));
    }

    Tier tier() {
        int roll = random.nextInt(10);
        return roll == 0 ? Tier.ACCEPTED : roll < 5 ? Tier.JOURNALED : Tier.SYNCED;
    }

    /** A new event of a lane. */
    SimEvent fresh(Lane lane) {
        int number = ++contents;
        SimEvent event = SimEvent.of(
                TENANTS[random.nextInt(TENANTS.length)],
                new UUID(0x0193_0000_0000_7000L, 0x8000_0000_0000_0000L | number),
                STREAMS[random.nextInt(STREAMS.length)],
                lane,
                number,
                padding(),
                random.nextBoolean());
        all.add(event);
        return event;
    }

    private SimEvent another(SimEvent known) {
        int number = ++contents;
        return SimEvent.of(
                known.tenant(),
                known.id(),
                STREAMS[random.nextInt(STREAMS.length)],
                known.lane(),
                number,
                padding(),
                random.nextBoolean());
    }

    private int padding() {
        if (random.nextDouble() >= largeRate) {
            return random.nextInt(SMALL_BYTES);
        }
        return random.nextInt(random.nextInt(4) == 0 ? LARGEST_BYTES : LARGE_BYTES);
    }

    /** Its sender will send it again. */
    void unsettled(SimEvent event) {
        unsettled.add(event);
    }

    private SimEvent takeUnsettled() {
        int at = random.nextInt(unsettled.size());
        SimEvent taken = unsettled.get(at);
        unsettled.set(at, unsettled.get(unsettled.size() - 1));
        unsettled.remove(unsettled.size() - 1);
        return taken;
    }
}
