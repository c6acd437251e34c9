package io.evident.client.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.EventTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadQueryTest {
    private static final String[] PIECES = {
        "a", "B", ",", "*", "\\", "\\\\", "\\,", "*,", "é", "日", "😀", "%", "%2C", "&", "=", "+", " ", "!", "?", "#",
        "/", ":", "\"", "\n", "\u0000", "x"
    };
    private static final ReadField[] FREE = {
        ReadField.TENANT,
        ReadField.STREAM,
        ReadField.ACTOR,
        ReadField.ACTION,
        ReadField.CATEGORY,
        ReadField.RESOURCE,
        ReadField.LABEL
    };
    /** A value of the grammar, and what ends it: escaped characters, others, then perhaps an asterisk. */
    private static final Pattern VALUE =
            Pattern.compile("((?:\\\\[,*\\\\]|\\\\(?![,*\\\\])|[^,*\\\\])*)(\\*?)(,|$)", Pattern.DOTALL);

    /** What the text of a condition asks for: values, and beginnings of values with a mark before them. */
    private static Set<String> understood(String text) {
        Set<String> values = new HashSet<>();
        Matcher matcher = VALUE.matcher(text);
        int at = 0;
        do {
            assertThat(matcher.find(at)).as("at %d of %s", at, text).isTrue();
            assertThat(matcher.start()).as("at %d of %s", at, text).isEqualTo(at);
            String value = matcher.group(1).replaceAll("(?s)\\\\([,*\\\\])", "$1");
            assertThat(value).isNotEmpty();
            values.add((matcher.group(2).isEmpty() ? "exactly " : "begins ") + value);
            at = matcher.end();
        } while (matcher.group(3).equals(","));
        assertThat(at).isEqualTo(text.length());
        return values;
    }

    private static String value(Random random) {
        StringBuilder value = new StringBuilder();
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            value.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return value.toString();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void writesWhatTheGrammarReadsBack(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            ReadQuery.Builder builder = ReadQuery.builder();
            Map<String, Set<String>> asked = new TreeMap<>();
            for (int c = random.nextInt(6); c > 0; c--) {
                ReadField field = FREE[random.nextInt(FREE.length)];
                boolean negated = random.nextBoolean();
                boolean prefix = random.nextBoolean();
                String value = value(random);
                if (prefix) {
                    builder =
                            negated ? builder.whereNotStartsWith(field, value) : builder.whereStartsWith(field, value);
                } else {
                    builder = negated ? builder.whereNot(field, value) : builder.where(field, value);
                }
                asked.computeIfAbsent(field.text() + (negated ? "!" : ""), name -> new HashSet<>())
                        .add((prefix ? "begins " : "exactly ") + value);
            }
            String text = random.nextBoolean() ? value(random) : null;
            if (text != null) {
                builder.text(text);
            }
            Map<String, String> sent = Parameters.of(builder.build().follow().toString());
            assertThat(sent.remove("text")).as("seed %d, query %d", seed, i).isEqualTo(text);
            Map<String, Set<String>> read = new TreeMap<>();
            sent.forEach((name, value) -> read.put(name, understood(value)));
            assertThat(read).as("seed %d, query %d", seed, i).isEqualTo(asked);
        }
    }

    @Test
    void writesWhatAPersonWouldWrite() {
        ReadQuery query = ReadQuery.builder()
                .where(ReadField.SEVERITY, "P0_CRITICAL", "P1_HIGH")
                .whereStartsWith(ReadField.ACTION, "document.")
                .whereNot(ReadField.OUTCOME, "success")
                .network("10.1.0.0/16")
                .where(ReadField.IP, "::1")
                .notNetwork("2001:db8::/32")
                .from("2026-03-01T00:00:00.000000001+01:00")
                .to(Instant.parse("2026-04-01T00:00:00Z"))
                .order(ReadQuery.Order.ASC)
                .pageSize(1_000)
                .build();
        assertThat(query)
                .hasToString("?action=document.*&ip=10.1.0.0%2F16%2C%3A%3A1&ip!=2001%3Adb8%3A%3A%2F32&outcome!=success"
                        + "&severity=P0_CRITICAL%2CP1_HIGH&from=2026-02-28T23%3A00%3A00.000000001Z"
                        + "&to=2026-04-01T00%3A00%3A00Z&order=asc&limit=1000");
        UUID after = new UUID(1, 2);
        assertThat(Parameters.of(query.export(ExportFormat.CSV, after).toString()))
                .containsEntry("format", "csv")
                .containsEntry("after", after.toString())
                .containsEntry("order", "asc")
                .doesNotContainKey("limit");
        assertThat(Parameters.of(query.summary().toString())).doesNotContainKeys("order", "limit", "cursor");
        assertThat(Parameters.of(query.follow().toString())).doesNotContainKeys("from", "to", "order", "limit");
        assertThat(ReadQuery.all().follow()).hasToString("");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1, 999_999_999, Long.MAX_VALUE})
    void keepsEveryNanosecondOfATime(long ns) {
        ReadQuery query = ReadQuery.builder().from(EventTime.toInstant(ns)).build();
        String sent = Parameters.of(query.toString()).get("from");
        assertThat(EventTime.toNs(Instant.parse(sent))).isEqualTo(ns);
        assertThat(ReadQuery.builder().from(sent).build()).isEqualTo(query);
    }

    @Test
    void isEqualToWhatAsksTheSame() {
        ReadQuery query = ReadQuery.builder()
                .where(ReadField.ACTOR, "a", "b")
                .where(ReadField.TENANT, "t")
                .build();
        ReadQuery same = ReadQuery.builder()
                .where(ReadField.TENANT, "t")
                .where(ReadField.ACTOR, "b")
                .where(ReadField.ACTOR, "a", "a")
                .build();
        assertThat(same).isEqualTo(query).hasSameHashCodeAs(query);
        assertThat(ReadQuery.builder().where(ReadField.ACTOR, "a,b").build())
                .isNotEqualTo(
                        ReadQuery.builder().where(ReadField.ACTOR, "a", "b").build());
    }

    @Test
    void doesNotChangeWithItsBuilder() {
        ReadQuery.Builder builder = ReadQuery.builder().where(ReadField.ACTOR, "a");
        ReadQuery query = builder.build();
        builder.where(ReadField.ACTOR, "b").text("x").from(Instant.EPOCH);
        assertThat(query)
                .isEqualTo(ReadQuery.builder().where(ReadField.ACTOR, "a").build());
    }

    @Test
    void refusesWhatNoQueryCanAsk() {
        ReadQuery.Builder builder = ReadQuery.builder();
        List<Runnable> wrong = List.of(
                () -> builder.where(ReadField.ACTOR),
                () -> builder.whereNot(ReadField.ACTOR),
                () -> builder.whereStartsWith(ReadField.ACTOR),
                () -> builder.whereNotStartsWith(ReadField.ACTOR),
                () -> builder.network(),
                () -> builder.notNetwork(),
                () -> builder.where(ReadField.ACTOR, ""),
                () -> builder.where(ReadField.ACTOR, "\uD800"),
                () -> builder.where(ReadField.OUTCOME, "succes"),
                () -> builder.where(ReadField.SEVERITY, "high"),
                () -> builder.where(ReadField.IP, "10.0.0.0/8"),
                () -> builder.whereStartsWith(ReadField.ACTOR, ""),
                () -> builder.whereStartsWith(ReadField.OUTCOME, "s"),
                () -> builder.whereNotStartsWith(ReadField.IP, "10."),
                () -> builder.network("10.0.0.0"),
                () -> builder.network("example.org/8"),
                () -> builder.text(""),
                () -> builder.from("yesterday"),
                () -> builder.to(Instant.MAX),
                () -> builder.pageSize(0),
                () -> builder.pageSize(1_001));
        for (int i = 0; i < wrong.size(); i++) {
            assertThatThrownBy(wrong.get(i)::run).as("number %d", i).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(builder.build()).isEqualTo(ReadQuery.all());
        Instant now = Instant.EPOCH;
        assertThat(builder.from(now).to(now).build().hasRange()).isTrue();
        assertThatThrownBy(() -> builder.from(now.plusNanos(1)).build()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesAsManyValuesAsTheServerDoesAndNoMore() {
        ReadQuery.Builder builder = ReadQuery.builder();
        for (int i = 0; i < ReadQuery.MAX_VALUES; i++) {
            builder.where(ReadField.ACTOR, "a" + i);
        }
        assertThat(understood(Parameters.of(builder.build().toString()).get("actor")))
                .hasSize(ReadQuery.MAX_VALUES);
        assertThatThrownBy(() -> builder.where(ReadField.ACTOR, "b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void writesIntervalsInTheLargestUnitThatFits() {
        assertThat(IntervalText.of(Duration.ofSeconds(1))).isEqualTo("1s");
        assertThat(IntervalText.of(Duration.ofSeconds(90))).isEqualTo("90s");
        assertThat(IntervalText.of(Duration.ofMinutes(90))).isEqualTo("90m");
        assertThat(IntervalText.of(Duration.ofHours(36))).isEqualTo("36h");
        assertThat(IntervalText.of(Duration.ofDays(7))).isEqualTo("7d");
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofMillis(1_500), Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> IntervalText.of(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
