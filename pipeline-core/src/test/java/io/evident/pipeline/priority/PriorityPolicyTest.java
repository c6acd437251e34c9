package io.evident.pipeline.priority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.AuditEvent;
import io.evident.event.EventTime;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Severity;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.Policies;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriorityPolicyTest {
    private static final ZoneId ZONE = ZoneId.of("Europe/Zurich");
    private static final long SATURDAY = ns("2026-11-21T12:00:00Z");
    private static final long SUNDAY = ns("2026-11-22T12:00:00Z");
    private static final EventView PLAIN = Events.view(Events.standard(1).build());

    private static long ns(String instant) {
        return EventTime.toNs(Instant.parse(instant));
    }

    @ParameterizedTest(name = "occasion={0} saturday={1} p0={2} protected={3} -> {4} {5}")
    @CsvSource({
        "false,false,false,false, 100,STANDARD",
        "false,false,false,true,  400,ELEVATED",
        "false,false,true,false,  900,CRITICAL",
        "false,false,true,true,  1200,CRITICAL",
        "false,true,false,false,  600,ELEVATED",
        "false,true,false,true,   900,CRITICAL",
        "false,true,true,false,  1400,CRITICAL",
        "false,true,true,true,   1700,CRITICAL",
        "true,false,false,false, 1100,CRITICAL",
        "true,false,false,true,  1400,CRITICAL",
        "true,false,true,false,  1900,CRITICAL",
        "true,false,true,true,   2200,CRITICAL",
        "true,true,false,false,  1600,CRITICAL",
        "true,true,false,true,   1900,CRITICAL",
        "true,true,true,false,   2400,CRITICAL",
        "true,true,true,true,    2700,CRITICAL",
    })
    void theWeddingProfileScoresEveryCombination(
            boolean occasion, boolean saturday, boolean p0, boolean protectedData, int score, Lane lane) {
        long timeNs = saturday ? SATURDAY : SUNDAY;
        PriorityPolicy policy = Policies.wedding(List.of(new Occasion("wedding-4711", timeNs - 1, timeNs + 1)), ZONE);
        AuditEvent.Builder event = Events.standard(1).timeNs(timeNs);
        if (occasion) {
            event.stream("wedding-4711");
        }
        if (p0) {
            event.severity(Severity.P0_CRITICAL);
        }
        if (protectedData) {
            event.labels("pci");
        }

        int scored = policy.score(Events.view(event.build()), timeNs);

        assertThat(scored).isEqualTo(score);
        assertThat(policy.laneOf(scored)).isEqualTo(lane);
    }

    @ParameterizedTest
    @CsvSource({
        "799,ELEVATED",
        "800,CRITICAL",
        "801,CRITICAL",
        "399,STANDARD",
        "400,ELEVATED",
        "-2147483648,STANDARD",
        "2147483647,CRITICAL"
    })
    void theScoreChoosesTheLaneExactlyAtTheThreshold(int score, Lane lane) {
        assertThat(Policies.standard().laneOf(score)).isEqualTo(lane);
    }

    @Test
    void thresholdsThatAreTheSameLeaveNoRoomForElevated() {
        PriorityPolicy policy = new PriorityPolicy(0, 5, 5, List.of());

        assertThat(policy.laneOf(4)).isEqualTo(Lane.STANDARD);
        assertThat(policy.laneOf(5)).isEqualTo(Lane.CRITICAL);
        assertThatThrownBy(() -> new PriorityPolicy(0, 5, 6, List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"1000000,true", "-1000000,true", "1000001,false", "-1000001,false"})
    void pointsHaveALimit(int points, boolean allowed) {
        if (allowed) {
            assertThat(new PriorityRule("r", points, (event, time) -> true).points())
                    .isEqualTo(points);
        } else {
            assertThatThrownBy(() -> new PriorityRule("r", points, (event, time) -> true))
                    .hasMessageContaining("r");
        }
    }

    @Test
    void onlyP0IsCritical() {
        Condition condition = Condition.severity(Severity.P0_CRITICAL);
        for (Severity severity : Severity.values()) {
            EventView event = Events.view(Events.standard(1).severity(severity).build());
            assertThat(condition.holds(event, 0)).isEqualTo(severity == Severity.P0_CRITICAL);
        }
    }

    @Test
    void protectedDataIsToldByResourceTypeOrAnyLabelAndByTheWholeWord() {
        Condition condition = Condition.protectedData(Set.of("payment-card", "health"), Set.of("pci", "gdpr"));

        assertThat(condition.holds(PLAIN, 0)).isFalse();
        assertThat(condition.holds(
                        Events.view(Events.standard(1).resource("health", "x").build()), 0))
                .isTrue();
        assertThat(condition.holds(
                        Events.view(Events.standard(1).resource("healthy", "x").build()), 0))
                .isFalse();
        assertThat(condition.holds(
                        Events.view(Events.standard(1).resource("x", "health").build()), 0))
                .isFalse();
        assertThat(condition.holds(
                        Events.view(Events.standard(1).labels("a", "gdpr").build()), 0))
                .isTrue();
        assertThat(condition.holds(
                        Events.view(Events.standard(1).labels("pci-dss", "pc").build()), 0))
                .isFalse();
    }

    @Test
    void anOccasionBeginsInclusiveAndEndsExclusive() {
        OccasionCalendar calendar = new OccasionCalendar(
                List.of(new Occasion("s", 100, 200), new Occasion("s", 300, 301), new Occasion("t", -50, 0)));
        Condition condition = Condition.activeOccasion(calendar);
        EventView s = Events.view(Events.standard(1).stream("s").build());
        EventView t = Events.view(Events.standard(1).stream("t").build());

        assertThat(List.of(99L, 100L, 199L, 200L, 299L, 300L, 301L).stream().map(at -> condition.holds(s, at)))
                .containsExactly(false, true, true, false, false, true, false);
        assertThat(List.of(-51L, -50L, -1L, 0L).stream().map(at -> condition.holds(t, at)))
                .containsExactly(false, true, true, false);
        assertThat(condition.holds(PLAIN, 150)).as("without a stream").isFalse();
        assertThatThrownBy(() -> new Occasion("s", 5, 5)).hasMessageContaining("s");
    }

    @Test
    void manyStreamsHaveTheirOwnOccasions() {
        List<Occasion> occasions = java.util.stream.IntStream.range(0, 1000)
                .mapToObj(i -> new Occasion("stream-" + i, i, i + 1))
                .toList();
        Condition condition = Condition.activeOccasion(new OccasionCalendar(occasions));
        for (int i = 0; i < 1000; i++) {
            EventView event =
                    Events.view(Events.standard(1).stream("stream-" + i).build());
            assertThat(condition.holds(event, i)).isTrue();
            assertThat(condition.holds(event, i + 1)).isFalse();
        }
    }

    @ParameterizedTest(name = "{0} in {1}: Saturday is {2}")
    @CsvSource({
        "2026-11-20T22:59:59.999999999Z, Europe/Zurich, false",
        "2026-11-20T23:00:00Z,           Europe/Zurich, true",
        "2026-11-21T22:59:59.999999999Z, Europe/Zurich, true",
        "2026-11-21T23:00:00Z,           Europe/Zurich, false",
        "2026-11-20T10:00:00Z, Pacific/Kiritimati, true",
        "2026-11-20T09:59:59Z, Pacific/Kiritimati, false",
        "2026-11-22T10:59:59Z, Pacific/Pago_Pago, true",
        "2026-11-22T11:00:00Z, Pacific/Pago_Pago, false",
        "1969-12-27T00:00:00Z, UTC, true",
        "1969-12-26T23:59:59.999999999Z, UTC, false",
        "1677-09-25T00:12:43.145224193Z, UTC, true",
        "2262-04-11T23:47:16.854775807Z, UTC, false",
        "2262-04-05T12:00:00Z, UTC, true",
        // Clocks go forward at midnight: the day begins at 01:00.
        "2018-11-03T02:59:59Z, America/Sao_Paulo, false",
        "2018-11-03T03:00:00Z, America/Sao_Paulo, true",
        "2018-11-04T02:59:59.999999999Z, America/Sao_Paulo, true",
        "2018-11-04T03:00:00Z, America/Sao_Paulo, false",
        // Clocks go back from midnight to 23:00: Saturday has 25 hours.
        "2018-02-18T01:30:00Z, America/Sao_Paulo, true",
        "2018-02-18T02:30:00Z, America/Sao_Paulo, true",
        "2018-02-18T03:00:00Z, America/Sao_Paulo, false",
    })
    void theWeekdayIsThatOfTheZone(String instant, String zone, boolean saturday) {
        Condition condition = Condition.weekday(DayOfWeek.SATURDAY, ZoneId.of(zone));

        assertThat(condition.holds(PLAIN, ns(instant))).isEqualTo(saturday);
    }

    /** St John's set its clocks back at 00:01 to 23:01 of the day before: Sunday began, ended, and began again. */
    @Test
    void theWeekdayDoesNotDependOnWhichEventsCameBefore() {
        ZoneId zone = ZoneId.of("America/St_Johns");
        Condition condition = Condition.weekday(DayOfWeek.SATURDAY, zone);
        long firstSunday = ns("2010-11-07T02:30:30Z");
        long saturdayAgain = ns("2010-11-07T02:45:00Z");
        long sundayForGood = ns("2010-11-07T03:30:00Z");

        assertThat(condition.holds(PLAIN, firstSunday)).isFalse();
        assertThat(condition.holds(PLAIN, saturdayAgain)).isTrue();
        assertThat(condition.holds(PLAIN, sundayForGood)).isFalse();
        assertThat(condition.holds(PLAIN, saturdayAgain)).isTrue();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void theWeekdayIsWhatTheCalendarSays(long seed) {
        Random random = new Random(seed);
        List<String> zones =
                List.of("Europe/Zurich", "America/St_Johns", "America/Havana", "Asia/Beirut", "Pacific/Apia", "UTC");
        for (String name : zones) {
            ZoneId zone = ZoneId.of(name);
            Condition condition = Condition.weekday(DayOfWeek.SATURDAY, zone);
            for (int i = 0; i < 2000; i++) {
                // Near one another half of the time, so that what was remembered is used, too.
                long at =
                        i % 2 == 0 ? random.nextLong() : ns("2010-11-07T02:30:00Z") + (random.nextInt() * 10_000_000L);
                LocalDate date = EventTime.toInstant(at).atZone(zone).toLocalDate();
                assertThat(condition.holds(PLAIN, at))
                        .as("seed %d, %s, %d", seed, name, at)
                        .isEqualTo(date.getDayOfWeek() == DayOfWeek.SATURDAY);
            }
        }
    }
}
