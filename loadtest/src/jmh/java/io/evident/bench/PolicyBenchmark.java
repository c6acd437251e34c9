package io.evident.bench;

import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Severity;
import io.evident.load.intake.SyntheticEvents;
import io.evident.pipeline.ShardRouter;
import io.evident.pipeline.priority.Condition;
import io.evident.pipeline.priority.Occasion;
import io.evident.pipeline.priority.OccasionCalendar;
import io.evident.pipeline.priority.PriorityPolicy;
import io.evident.pipeline.priority.PriorityRule;
import io.evident.sharding.ShardMap;
import io.evident.sharding.SlotRouter;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What the gate decides by: the score of the shipped profile's four rules with 500 occasions, and the shard. */
@State(Scope.Thread)
public class PolicyBenchmark {
    /** 2026-05-29, in ns since 1970; the events are an eighth of a second apart, so a day ends now and then. */
    private static final long FIRST_NS = 1_780_000_000_000_000_000L;

    private static final long STEP_NS = 125_000_000L;
    private static final int OCCASIONS = 500;

    private final Encoded events = Encoded.of(SyntheticEvents.list(1, Frames.EVENT_BYTES, 0.01));
    private final EventView view = new EventView();
    private final PriorityPolicy policy = weddingPlatform();
    private final ShardRouter router = new SlotRouter(ShardMap.first(4));
    private long timeNs = FIRST_NS;

    static PriorityPolicy weddingPlatform() {
        List<Occasion> occasions = IntStream.range(0, OCCASIONS)
                .mapToObj(i -> new Occasion("wedding-" + i, FIRST_NS, FIRST_NS + i * 3_600_000_000_000L + 1))
                .toList();
        return new PriorityPolicy(
                100,
                800,
                400,
                List.of(
                        new PriorityRule(
                                "active-occasion", 1000, Condition.activeOccasion(new OccasionCalendar(occasions))),
                        new PriorityRule(
                                "saturday", 500, Condition.weekday(DayOfWeek.SATURDAY, ZoneId.of("Europe/Berlin"))),
                        new PriorityRule("p0-critical", 800, Condition.severity(Severity.P0_CRITICAL)),
                        new PriorityRule(
                                "protected-data",
                                300,
                                Condition.protectedData(
                                        Set.of("guest-list", "payment", "contract"), Set.of("pci", "pii")))));
    }

    /** The look at the event that is scored is part of it. */
    @Benchmark
    public Lane score() {
        timeNs += STEP_NS;
        return policy.laneOf(policy.score(events.show(view), timeNs));
    }

    /** Tenant and stream hashed to a slot, and that to its shard; the look at the event is part of it. */
    @Benchmark
    public int route() {
        return router.shardOf(events.show(view));
    }

    /** What the look alone costs, to be taken off the other two. */
    @Benchmark
    public EventView look() {
        return events.show(view);
    }
}
