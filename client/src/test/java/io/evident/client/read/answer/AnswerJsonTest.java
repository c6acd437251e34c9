package io.evident.client.read.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.RefusalReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerJsonTest {
    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void readsEveryEventAsTheServerWritesIt(long seed) {
        Random random = new Random(seed);
        List<StoredEvent> events = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            StoredEvent event = SampleEvents.random(random);
            byte[] json = SampleEvents.json(event);
            assertThat(AnswerJson.event(json)).as("seed %d, event %d", seed, i).isEqualTo(event);
            assertThat(AnswerJson.eventId(json)).isEqualTo(event.event().id());
            events.add(event);
        }
        String list = events.stream()
                .map(event -> new String(SampleEvents.json(event), StandardCharsets.UTF_8))
                .collect(Collectors.joining(","));
        EventPage page = AnswerJson.page(utf8("{\"events\":[" + list + "],\"cursor\":\"c\",\"tookMicros\":1}"));
        assertThat(page.events()).isEqualTo(events);
        assertThat(page.cursor()).isEqualTo("c");
    }

    @Test
    void passesByWhatALaterServerMayAdd() {
        String json = SampleEvents.json(1)
                .replaceFirst("\\{", "{\"new\":{\"deep\":[{}]},")
                .replace("\"actor\":{", "\"actor\":{\"new\":[1],")
                .replace("\"resource\":{", "\"resource\":{\"new\":null,");
        assertThat(AnswerJson.event(utf8(json))).isEqualTo(SampleEvents.event(1));
        assertThat(AnswerJson.page(utf8("{\"new\":[[]],\"events\":[],\"cursor\":null}"))
                        .cursor())
                .isNull();
    }

    @Test
    void readsWhatCannotBeRead() {
        EventPage page = AnswerJson.page(utf8("{\"events\":[],\"cursor\":null,\"unreadable\":["
                + "{\"shard\":1,\"fromSequence\":5,\"toSequence\":null,\"reason\":\"gone\"},"
                + "{\"shard\":2,\"fromEmergencyPosition\":1,\"toEmergencyPosition\":3,\"reason\":\"gone too\"}]}"));
        assertThat(page.unreadable())
                .containsExactly(
                        new UnreadablePart(1, 5L, null, null, null, "gone"),
                        new UnreadablePart(2, null, null, 1L, 3L, "gone too"));
    }

    @Test
    void readsNumbers() {
        assertThat(AnswerJson.count(utf8("{\"count\":12,\"cache\":\"hit\"}"))).isEqualTo(new EventCount(12, List.of()));
        assertThat(AnswerJson.facets(utf8("{\"by\":\"action\",\"count\":3,\"values\":[{\"value\":\"a\",\"count\":2},"
                        + "{\"value\":\"b\",\"count\":1}],\"otherValues\":4}")))
                .isEqualTo(new EventFacets(
                        "action",
                        3,
                        List.of(new EventFacets.Facet("a", 2), new EventFacets.Facet("b", 1)),
                        4,
                        List.of()));
        EventHistogram histogram = AnswerJson.histogram(utf8("{\"intervalSeconds\":60,\"count\":3,\"buckets\":["
                + "{\"from\":\"1969-12-31T23:59:00Z\",\"count\":3}]}"));
        assertThat(histogram.interval()).isEqualTo(Duration.ofMinutes(1));
        assertThat(histogram.buckets()).containsExactly(new EventHistogram.Bucket(-60_000_000_000L, 3));
        assertThat(histogram.buckets().get(0).from()).isEqualTo(Instant.ofEpochSecond(-60));
        assertThat(AnswerJson.eventsBehind(utf8("{\"eventsBehind\":9}"))).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{",
                "{\"events\":[]",
                "{\"events\":[]}x",
                "{\"events\":{}}",
                "{\"events\":[[]]}",
                "{\"events\":[{}]}",
                "{\"events\":[],\"cursor\":1}",
                "{\"events\":[],\"unreadable\":[{}]}",
                "{}"
            })
    void refusesWhatIsNoPage(String json) {
        assertThatThrownBy(() -> AnswerJson.page(utf8(json))).isInstanceOf(BadAnswerException.class);
    }

    @Test
    void refusesAnEventThatLacksWhatEveryEventHas() {
        for (String member : List.of("id", "time", "tenant", "action", "outcome", "severity", "shard", "lane")) {
            String json = SampleEvents.json(1).replace("\"" + member + "\":", "\"was-" + member + "\":");
            assertThatThrownBy(() -> AnswerJson.event(utf8(json)))
                    .as(member)
                    .isInstanceOf(BadAnswerException.class)
                    .hasMessageContaining(member);
        }
        assertThatThrownBy(() -> AnswerJson.event(utf8(SampleEvents.json(1).replace("\"success\"", "\"won\""))))
                .isInstanceOf(BadAnswerException.class)
                .hasMessageContaining("outcome");
    }

    @Test
    void refusesAnAnswerThatIsNotUtf8() {
        byte[] json = utf8(SampleEvents.json(1));
        json[json.length - 4] = (byte) 0xFF;
        assertThatThrownBy(() -> AnswerJson.event(json))
                .isInstanceOf(BadAnswerException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void refusesEveryAnswerThatIsCut() {
        byte[] json = utf8(SampleEvents.json(1));
        for (int length = 0; length < json.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(json, length);
            assertThatThrownBy(() -> AnswerJson.event(cut)).isInstanceOf(BadAnswerException.class);
        }
    }

    @Test
    void makesTypedExceptionsOfProblems() {
        ProblemException problem = AnswerJson.problem(
                400,
                utf8("{\"type\":\"urn:evident:problem:invalid-query\",\"title\":\"t\",\"status\":400,"
                        + "\"detail\":\"is wrong\",\"field\":\"limit\",\"new\":[]}"),
                null);
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.reason()).isEqualTo(RefusalReason.INVALID_QUERY);
        assertThat(problem.field()).isEqualTo("limit");
        assertThat(problem.detail()).isEqualTo("is wrong");
        assertThat(problem).hasMessage("400 urn:evident:problem:invalid-query: limit is wrong");
        assertThat(problem.mayPass()).isFalse();
        ProblemException proxy = AnswerJson.problem(502, utf8("<html>"), Duration.ofSeconds(2));
        assertThat(proxy.type()).isEqualTo("about:blank");
        assertThat(proxy.reason()).isNull();
        assertThat(proxy.retryAfter()).isEqualTo(Duration.ofSeconds(2));
        assertThat(proxy.mayPass()).isTrue();
    }
}
