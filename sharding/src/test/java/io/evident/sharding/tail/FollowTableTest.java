package io.evident.sharding.tail;

import static io.evident.sharding.TestEvents.oneOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.EventView;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.EventMatcher;
import io.evident.pipeline.filter.FieldCondition;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.filter.ValuePattern;
import io.evident.sharding.TestEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FollowTableTest {
    private static final EventFilter ALL = EventFilter.all(TenantScope.allButSystem());

    private static Follow follow(EventFilter filter) {
        return new Follow(filter, new TailPosition[0], new Recorder(), closed -> {});
    }

    private static List<Follow> candidates(FollowTable table, EventView event) {
        List<Follow> candidates = new ArrayList<>();
        table.candidates(event, candidates::add);
        return candidates;
    }

    static IntStream seeds() {
        return IntStream.range(0, 20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void showsEachFollowingThatWantsAnEventExactlyOnce(long seed) {
        Random random = new Random(seed);
        List<Follow> follows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            EventFilter filter = ALL;
            for (int j = random.nextInt(4); j > 0; j--) {
                filter = filter.and(condition(random));
            }
            follows.add(follow(filter));
        }
        FollowTable table = new FollowTable(follows);
        assertThat(table.isOf(new ArrayList<>(follows))).isTrue();
        assertThat(table.isOf(follows.subList(1, 40))).isFalse();
        for (int i = 0; i < 100; i++) {
            EventView event = TestEvents.view(TestEvents.random(random, 10));
            List<Follow> candidates = candidates(table, event);
            assertThat(candidates).doesNotHaveDuplicates();
            for (Follow follow : follows) {
                if (new EventMatcher(follow.filter()).matches(event)) {
                    assertThat(candidates).as("%s", follow.filter()).contains(follow);
                }
            }
        }
    }

    private static FieldCondition condition(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> FieldCondition.is(FilterField.ACTOR, oneOf(random, TestEvents.ACTORS));
            case 1 -> FieldCondition.is(FilterField.STREAM, oneOf(random, TestEvents.STREAMS));
            case 2 ->
                new FieldCondition(
                        FilterField.ACTION,
                        random.nextBoolean(),
                        TestEvents.ACTIONS.stream().map(ValuePattern::exactly).toList());
            case 3 ->
                new FieldCondition(
                        FilterField.ACTOR,
                        false,
                        List.of(ValuePattern.exactly("user-1"), ValuePattern.startingWith("u")));
            default -> FieldCondition.is(FilterField.TENANT, oneOf(random, TestEvents.TENANTS));
        };
    }

    @Test
    void leavesOutWhoAsksForAnotherActor() {
        Follow one = follow(ALL.and(FilterField.TENANT, "acme").and(FilterField.ACTOR, "user-1"));
        Follow other = follow(ALL.and(FilterField.TENANT, "acme").and(FilterField.ACTOR, "user-2"));
        Follow all = follow(ALL);
        FollowTable table = new FollowTable(List.of(one, other, all));
        assertThat(candidates(table, TestEvents.view(TestEvents.event("acme", null, "user-1", 1))))
                .containsExactlyInAnyOrder(one, all);
    }
}
