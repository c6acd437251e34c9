package io.evident.event.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventBytes;
import io.evident.event.EventEncoder;
import io.evident.event.RandomEvents;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonBatchTest {
    private final EventJsonBatch batch = new EventJsonBatch();
    private final EventJsonReader reader = new EventJsonReader();
    private final EventEncoder encoder = new EventEncoder();
    private final List<AuditEvent> taken = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();

    @Test
    void takesASingleObject() {
        assertThat(walk(" " + json(RandomEvents.smallest()) + "\n")).isNull();
        assertThat(taken).containsExactly(RandomEvents.smallest());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", " [ ] ", "\ufeff[\n]"})
    void findsNoEventInAnEmptyArray(String body) {
        assertThat(walk(body)).isNull();
        assertThat(taken).isEmpty();
        assertThat(refused).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12})
    void takesEveryEventOfAnArrayInItsOrder(long seed) {
        List<AuditEvent> events = new RandomEvents(seed).events(300).toList();
        String body = events.stream().map(EventJsonBatchTest::json).collect(Collectors.joining(" ,\n", "[\t", "\r]"));
        assertThat(walk(body)).isNull();
        assertThat(taken).isEqualTo(events);
    }

    @Test
    void contract9_refusesTheBadEventsOfAnArrayAndTakesTheOthers() {
        String good = json(RandomEvents.smallest());
        String deep = good.replace("}", ",\"attributes\":" + RandomEvents.attributesOfDepth(5000) + "}");
        String body = "[" + good + ",{\"tenant\":7,\"x\":[{\"y\":\"]\"}]}," + good + ",17,{},null,[1,[2]],\"\\\"],\","
                + good + ",{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}," + deep + "," + good + "]";
        assertThat(walk(body)).isNull();
        assertThat(taken).hasSize(4);
        assertThat(refused)
                .containsExactly(
                        "1 WRONG_TYPE tenant",
                        "3 WRONG_TYPE null",
                        "4 MISSING_FIELD tenant",
                        "5 WRONG_TYPE null",
                        "6 WRONG_TYPE null",
                        "7 WRONG_TYPE null",
                        "9 UNKNOWN_FIELD a",
                        "10 UNKNOWN_FIELD actor.attributes");
    }

    @Test
    void keepsBadUtf8ToItsEvent() {
        String good = json(RandomEvents.smallest());
        byte[] body =
                ("[" + good + "," + good.replace("\"x\"", "\"~\"") + "," + good + "]").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < body.length; i++) {
            body[i] = body[i] == '~' ? (byte) 0xFE : body[i];
        }
        assertThat(walk(body, 0, body.length)).isNull();
        assertThat(refused).containsExactly("1 INVALID_TEXT action");
        assertThat(taken).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            delimiter = '|',
            value = {
                "~~|expected an event or an array of events, found nothing",
                "~ \n~|expected an event or an array of events, found nothing",
                "[|expected a value in line 1, column 2 (byte 1), found the end",
                "[{}|expected ',' or ']' in line 1, column 4 (byte 3), found the end",
                "[{},]|expected a value in line 1, column 5 (byte 4), found ']'",
                "[{} {}]|expected ',' or ']' in line 1, column 5 (byte 4), found '{'",
                "[,]|expected a value in line 1, column 2 (byte 1), found ','",
                "{}{}|expected nothing after the JSON in line 1, column 3 (byte 2), found '{'",
                "[]]|expected nothing after the JSON in line 1, column 3 (byte 2), found ']'",
                "~[{},\n {\"a\":}]~|expected a value in line 2, column 7 (byte 11), found '}'",
                "~[{\"a\":\"\\x\"}]~|expected a JSON escape in line 1, column 9 (byte 8), found 'x'",
                "~[\"\\u12g4\"]~|expected four hexadecimal digits after \\u in line 1, column 7 (byte 6), found 'g'",
                "[-]|expected a digit in line 1, column 3 (byte 2), found ']'",
                "[1.]|expected a digit in line 1, column 4 (byte 3), found ']'",
                "[1e+]|expected a digit in line 1, column 5 (byte 4), found ']'",
                "[truE]|expected a value in line 1, column 2 (byte 1), found 't'",
                "[}|expected a value in line 1, column 2 (byte 1), found '}'",
                "{]|expected a name in double quotes or '}' in line 1, column 2 (byte 1), found ']'",
            })
    void contract9_takesNothingOfAMalformedBodyAndSaysWhere(String body, String detail) {
        Refusal refusal = walk(body);
        assertThat(refusal.reason()).isEqualTo(RefusalReason.MALFORMED);
        assertThat(refusal.detail()).isEqualTo(detail);
        assertThat(batch.next()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "\"a\"", "null", " true "})
    void refusesABodyThatIsNeitherObjectNorArray(String body) {
        assertThat(walk(body).reason()).isEqualTo(RefusalReason.WRONG_TYPE);
        assertThat(batch.next()).isFalse();
    }

    @Test
    void looksAtItsRangeOnly() {
        String good = json(RandomEvents.smallest());
        byte[] body = ("]]" + "[" + good + "]" + ",{}]").getBytes(StandardCharsets.UTF_8);
        assertThat(walk(body, 2, good.length() + 2)).isNull();
        assertThat(taken).hasSize(1);
        assertThat(batch.next()).as("once more at the end").isFalse();
    }

    private Refusal walk(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return walk(bytes, 0, bytes.length);
    }

    private Refusal walk(byte[] body, int offset, int length) {
        Refusal refusal = batch.open(body, offset, length);
        while (refusal == null && batch.next()) {
            Refusal problem = reader.read(body, batch.eventOffset(), batch.eventLength(), encoder);
            if (problem == null) {
                taken.add(AuditEvent.of(EventBytes.view(EventBytes.of(encoder))));
            } else {
                refused.add(batch.index() + " " + problem.reason() + " " + problem.field());
            }
        }
        return refusal;
    }

    private static String json(AuditEvent event) {
        return new String(EventJsonWriter.asSent().toBytes(event), StandardCharsets.UTF_8);
    }
}
