package io.evident.load.follow;

import io.evident.load.dataset.DataSet;
import io.evident.load.search.RandomQuestions;
import io.evident.server.config.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** One step: so many followers, queriers and events, and what came of it. */
final class FollowStep {
    private static final long LONGEST_LAG_NS = 600_000_000_000L;
    private static final long BEGIN_PATIENCE_MS = 30_000;
    private static final long END_PATIENCE_MS = 60_000;
    /** Time for an event that should not come. */
    private static final long AFTERMATH_MS = 500;

    private final Plan plan;
    private final int followers;
    private final LiveEvents events;
    private final PacedIntake intake;
    private final Recorder lag = new Recorder(LONGEST_LAG_NS, 3);

    /**
     * What all steps have in common.
     *
     * @param server the server's process, or {@code null} when its processor time is not wanted
     * @param asked the data set that is asked about, or {@code null} when there are no queriers
     * @param queryEveryMs from one question of a querier to its next
     */
    record Plan(
            HostPort tcp,
            URI http,
            ProcessHandle server,
            DataSet asked,
            int queriers,
            long queryEveryMs,
            long eventsPerSecond,
            int seconds,
            long seed) {
        /** The same for another time. */
        Plan lasting(int otherSeconds) {
            return new Plan(tcp, http, server, asked, queriers, queryEveryMs, eventsPerSecond, otherSeconds, seed);
        }
    }

    FollowStep(Plan plan, int followers) {
        this.plan = plan;
        this.followers = followers;
        this.events = new LiveEvents(plan.seed(), ThreadLocalRandom.current().nextLong());
        this.intake = new PacedIntake(events, plan.eventsPerSecond(), plan.seconds());
    }

    /**
     * Runs to the end.
     *
     * @throws IOException when a connection broke, or a follower was not let in
     */
    FollowResult run() throws IOException, InterruptedException {
        Queriers queriers = new Queriers(
                plan.http(),
                plan.asked() == null ? null : new RandomQuestions(plan.asked(), plan.seed() + followers),
                plan.asked() == null ? 0 : plan.queriers(),
                plan.queryEveryMs());
        FollowerSwarm swarm = new FollowerSwarm(events, this::arrived);
        double serverSeconds;
        double seconds;
        long expected;
        List<FollowerFilter> filters = filters();
        FollowCheck check;
        try (swarm) {
            InetSocketAddress address =
                    new InetSocketAddress(plan.http().getHost(), plan.http().getPort());
            for (FollowerFilter filter : filters) {
                swarm.add(address, filter);
            }
            swarm.start();
            swarm.awaitBegun(BEGIN_PATIENCE_MS);
            double before = serverSeconds();
            long beginTick = System.nanoTime();
            try (queriers) {
                queriers.start();
                intake.run(plan.tcp());
            }
            seconds = (System.nanoTime() - beginTick) / 1e9;
            serverSeconds = serverSeconds() - before;
            check = new FollowCheck(events, intake.events(), intake::isStored, intake::isUnknown, filters);
            expected = filters.stream().mapToLong(check::expected).sum();
            swarm.awaitReceived(expected, END_PATIENCE_MS);
            TimeUnit.MILLISECONDS.sleep(AFTERMATH_MS);
        }
        for (int i = 0; i < swarm.size(); i++) {
            check.compare(swarm.filter(i), swarm.numbers(i));
        }
        return new FollowResult(
                followers,
                seconds,
                intake.latency(),
                intake.refused(),
                intake.unknown(),
                lag.getIntervalHistogram(),
                expected,
                check.lost(),
                check.repeated() + check.foreign(),
                plan.asked() == null ? new Histogram(3) : queriers.latency(),
                queriers.refused(),
                serverSeconds / seconds);
    }

    private List<FollowerFilter> filters() {
        SplittableRandom random = new SplittableRandom(plan.seed());
        List<FollowerFilter> filters = new ArrayList<>();
        for (int i = 0; i < followers; i++) {
            filters.add(FollowerFilter.draw(i, random));
        }
        return filters;
    }

    private void arrived(long number) {
        lag.recordValue(Math.min(intake.sinceReceiptNs(number), LONGEST_LAG_NS));
    }

    private double serverSeconds() {
        return plan.server() == null
                ? 0
                : plan.server().info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
    }
}
