package io.evident.load.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataSetTest {
    private static final int SAMPLE = 20_000;

    private final DataSet events = new DataSet(1, 50_000_000);

    @Test
    void makesTheSameEventsFromTheSameSeed() {
        DataSet again = new DataSet(1, 50_000_000);

        assertThat(LongStream.range(0, 1_000).mapToObj(events::event))
                .containsExactlyElementsOf(
                        LongStream.range(0, 1_000).mapToObj(again::event).toList());
    }

    @Test
    void makesOtherEventsFromAnotherSeed() {
        DataSet other = new DataSet(2, 50_000_000);

        assertThat(LongStream.range(0, 1_000).mapToObj(other::id))
                .doesNotContainAnyElementsOf(
                        LongStream.range(0, 1_000).mapToObj(events::id).toList());
    }

    @Test
    void knowsTheIdAndTimeOfAnEventWithoutMakingIt() {
        for (long number : new long[] {0, 1, 4_095, 4_096, 25_000_000, 49_999_999}) {
            AuditEvent event = events.event(number);

            assertThat(events.id(number)).isEqualTo(event.id());
            assertThat(events.timeUs(number) * 1_000).isEqualTo(event.timeNs());
            assertThat(event.id().version()).isEqualTo(7);
            assertThat(event.id().getMostSignificantBits() >>> 16).isEqualTo(event.timeNs() / 1_000_000);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 100_000, 50_000_000, DataSet.MOST_EVENTS})
    void keepsAllTimesWithinTheThirtyDaysAndApart(long count) {
        DataSet sized = new DataSet(7, count);
        long startUs = DataSet.START.getEpochSecond() * 1_000_000;
        long endUs = DataSet.END.getEpochSecond() * 1_000_000;
        Set<Long> times = new HashSet<>();
        for (long number = 0; number < Math.min(SAMPLE, count); number++) {
            times.add(sized.timeUs(number));
            times.add(sized.timeUs(count - 1 - number));
        }

        assertThat(times).allMatch(time -> time >= startUs && time < endUs);
        assertThat(times).hasSize((int) Math.min(2 * SAMPLE, count));
    }

    @Test
    void ascendsInTimeButForTheJitter() {
        for (long number = 0; number < SAMPLE; number++) {
            assertThat(events.timeUs(number + 100)).isGreaterThan(events.timeUs(number) - 4_100_000);
        }
        assertThat(events.timeUs(25_000_000)).isBetween(events.timeUs(24_000_000), events.timeUs(26_000_000));
    }

    @Test
    void givesActorsAndResourcesToOneTenantEach() {
        Map<String, String> owners = new HashMap<>();
        for (long number = 0; number < SAMPLE; number++) {
            AuditEvent event = events.event(number);

            assertThat(owners.merge(event.actorId(), event.tenant(), (a, b) -> a))
                    .isEqualTo(event.tenant());
            assertThat(owners.merge(event.resourceId(), event.tenant(), (a, b) -> a))
                    .isEqualTo(event.tenant());
            assertThat(DataSet.tenantOfActor(Integer.parseInt(event.actorId().substring("user-".length()))))
                    .isEqualTo(event.tenant());
        }
    }

    @Test
    void makesFewThingsCommonAndMostRare() {
        Map<Object, Integer> tenants = counts(AuditEvent::tenant);
        Map<Object, Integer> actions = counts(AuditEvent::action);
        Map<Object, Integer> outcomes = counts(AuditEvent::outcome);
        Map<Object, Integer> severities = counts(AuditEvent::severity);

        assertThat(tenants).hasSize(DataSet.TENANTS);
        assertThat(tenants.get("org-0")).isBetween(SAMPLE * 16 / 100, SAMPLE * 19 / 100);
        assertThat(tenants.get("org-49")).isBetween(SAMPLE * 3 / 1_000, SAMPLE * 8 / 1_000);
        assertThat(actions).hasSize(DataSet.actions().size());
        assertThat(actions.get(DataSet.actions().get(0))).isGreaterThan(SAMPLE / 10);
        assertThat(outcomes.get(Outcome.SUCCESS)).isBetween(SAMPLE * 90 / 100, SAMPLE * 94 / 100);
        assertThat(outcomes).hasSize(4);
        assertThat(severities.get(Severity.P0_CRITICAL)).isBetween(SAMPLE / 1_000, SAMPLE * 4 / 1_000);
        assertThat(severities).hasSize(5);
        assertThat(counts(AuditEvent::actorId)).hasSizeGreaterThan(SAMPLE / 10);
    }

    private Map<Object, Integer> counts(Function<AuditEvent, Object> field) {
        Map<Object, Integer> counts = new HashMap<>();
        for (long number = 0; number < SAMPLE; number++) {
            counts.merge(field.apply(events.event(number)), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void makesEventsOfTheIntendedSizeThatAServerTakes() {
        EventEncoder encoder = new EventEncoder();
        long bytes = 0;
        for (long number = 0; number < SAMPLE; number++) {
            assertThat(events.event(number).encodeInto(encoder)).isNull();
            bytes += encoder.encodedLength();
        }

        assertThat(bytes / SAMPLE).isBetween(256L, 300L);
    }

    @Test
    void refusesMoreEventsThanHaveTimesOfTheirOwn() {
        assertThatThrownBy(() -> new DataSet(1, DataSet.MOST_EVENTS + 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DataSet(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
