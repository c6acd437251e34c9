package io.evident.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTimeTextTest {
    private final EventTimeText reader = new EventTimeText();

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "1970-01-01T00:00:00Z, 0",
        "1970-01-01t00:00:00z, 0",
        "1970-01-01T00:00:00.000000001Z, 1",
        "1969-12-31T23:59:59.999999999Z, -1",
        "1970-01-01T01:00:00+01:00, 0",
        "1969-12-31T22:30:00-01:30, 0",
        "1970-01-01T00:00:00-00:00, 0",
        "1970-01-01T00:00:00.5Z, 500000000",
        "1970-01-01T00:00:00.120Z, 120000000",
        "2000-02-29T12:00:00Z, 951825600000000000",
        "1677-09-21T00:12:43.145224192Z, -9223372036854775808",
        "2262-04-11T23:47:16.854775807Z, 9223372036854775807",
        "2262-04-12T23:46:16.854775807+23:59, 9223372036854775807",
    })
    void readsRfc3339(String text, long ns) {
        assertThat(reader.parse(text)).isNull();
        assertThat(reader.ns()).isEqualTo(ns);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "yesterday, is no RFC 3339 time",
        "2026-11-22T10:15:30, no RFC 3339 time",
        "2026-11-22T10:15:30.1, no offset",
        "2026-11-22T10:15:30 Z, no offset",
        "2026-11-22 10:15:30Z, no 'T'",
        "2026-11-22T10:15:60Z, leap second",
        "2016-12-31T23:59:60Z, leap second",
        "2026-11-22T10:15:61Z, second 61",
        "2026-11-22T24:00:00Z, hour 24",
        "2026-11-22T10:60:00Z, minute 60",
        "2026-13-22T10:15:30Z, month 13",
        "2026-00-22T10:15:30Z, calendar",
        "2026-11-00T10:15:30Z, calendar",
        "2026-11-31T10:15:30Z, calendar",
        "2026-02-29T10:15:30Z, calendar",
        "1900-02-29T10:15:30Z, calendar",
        "2026-11-22T10:15:30.Z, without digits",
        "2026-11-22T10:15:30.1234567890Z, nine digits",
        "'2026-11-22T10:15:30,5Z', no offset",
        "2026-11-22T10:15:30+0100, no ':'",
        "2026-11-22T10:15:30+24:00, hour 24",
        "2026-11-22T10:15:30+01:60, minute 60",
        "2026-11-22T10:15:30+01, no ':'",
        "2026-11-22T10:15:30Z+01:00, something after",
        "2026-11-22T10:15:30ZZ, something after",
        "+026-11-22T10:15:30Z, 4-digit year",
        "12026-11-22T10:15:30Z, no '-'",
        "2026-1-22T10:15:30.00Z, 2-digit month",
        "\u0662026-11-22T10:15:30Z, 4-digit year",
        "1677-09-21T00:12:43.145224191Z, outside 1677-09-21T00:12:43.145224192Z to 2262-04-11T23:47:16.854775807Z",
        "2262-04-11T23:47:16.854775808Z, outside",
        "2262-04-11T23:47:16.854775807-00:01, outside",
        "0000-01-01T00:00:00Z, outside",
        "9999-12-31T23:59:59Z, outside",
    })
    void contract9_refusesWhatIsNoTimeAndSaysWhy(String text, String problem) {
        assertThat(reader.parse(text)).contains(problem);
        assertThat(reader.parse("1970-01-01T00:00:00Z")).isNull();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {41, 42})
    void readsWhatItWritesAndWhatTheJdkWrites(long seed) {
        RandomEvents events = new RandomEvents(seed);
        Random random = new Random(seed);
        for (int i = 0; i < 4_000; i++) {
            long ns = events.timeNs();
            Instant instant = EventTime.toInstant(ns);
            String text = EventTimeText.format(ns);
            assertThat(Instant.parse(text)).as("seed %d: %d", seed, ns).isEqualTo(instant);
            assertThat(reader.parse(text)).isNull();
            assertThat(reader.ns()).as(text).isEqualTo(ns);
            assertThat(EventTime.toNs(instant)).isEqualTo(ns);

            ZoneOffset offset = ZoneOffset.ofTotalSeconds(60 * (random.nextInt(2 * 1080 + 1) - 1080));
            String elsewhere = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(OffsetDateTime.ofInstant(instant, offset));
            if (elsewhere.indexOf('T') + 6 < elsewhere.length()) {
                assertThat(reader.parse(elsewhere)).as(elsewhere).isNull();
                assertThat(reader.ns()).as(elsewhere).isEqualTo(ns);
            }
        }
    }

    @Test
    void writesTheDigitsOfTheFractionThatItNeeds() {
        assertThat(EventTimeText.format(0)).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(EventTimeText.format(1)).isEqualTo("1970-01-01T00:00:00.000000001Z");
        assertThat(EventTimeText.format(-1)).isEqualTo("1969-12-31T23:59:59.999999999Z");
        assertThat(EventTimeText.format(120_000_000)).isEqualTo("1970-01-01T00:00:00.12Z");
        assertThat(EventTimeText.format(Long.MIN_VALUE)).isEqualTo("1677-09-21T00:12:43.145224192Z");
        assertThat(EventTimeText.format(Long.MAX_VALUE)).isEqualTo("2262-04-11T23:47:16.854775807Z");
    }

    @Test
    void writesIntoGivenBytes() {
        byte[] target = "..............................".getBytes(StandardCharsets.US_ASCII);
        int length = EventTimeText.format(0, target, 3);
        assertThat(new String(target, StandardCharsets.US_ASCII)).isEqualTo("...1970-01-01T00:00:00Z.......");
        assertThat(length).isEqualTo(20);
    }

    @Test
    void refusesInstantsOutsideTheRange() {
        Instant last = EventTime.toInstant(Long.MAX_VALUE);
        Instant first = EventTime.toInstant(Long.MIN_VALUE);
        assertThat(EventTime.toNs(last)).isEqualTo(Long.MAX_VALUE);
        assertThat(EventTime.toNs(first)).isEqualTo(Long.MIN_VALUE);
        assertThatThrownBy(() -> EventTime.toNs(last.plusNanos(1))).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> EventTime.toNs(first.minusNanos(1))).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> EventTime.toNs(Instant.MIN)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> EventTime.toNs(Instant.MAX)).isInstanceOf(ArithmeticException.class);
    }
}
