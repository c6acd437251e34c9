package io.evident.event.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.evident.event.AuditEvent;
import io.evident.event.EventBytes;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.RandomEvents;
import io.evident.event.Severity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventJsonWriterTest {
    private static final long SEQUENCE = 9_007_199_254_740_993L;
    private static final AuditEvent FULL = AuditEvent.builder("acme", "user-17", "document.read")
            .id(UUID.fromString("0193a7f0-5d2c-7b4e-9c1a-2f6d8e4b1a3c"))
            .timeNs(1_795_342_530_123_456_789L)
            .stream("wedding-4711")
            .actorIp("203.0.113.9")
            .actorAgent("a\"b\\c\n\u0001\u00e9\ud83d\udc8d")
            .category("data-access")
            .resource("document", "doc-9")
            .outcome(Outcome.DENIED)
            .severity(Severity.P0_CRITICAL)
            .labels("pci", "\t")
            .attributes("{ \"b\" : 1.00 ,\r\n\"b\":\"\\u0041\\n\"}")
            .build();
    private static final String SUPPLIED = "{\"id\":\"0193a7f0-5d2c-7b4e-9c1a-2f6d8e4b1a3c\","
            + "\"time\":\"2026-11-22T10:15:30.123456789Z\",\"tenant\":\"acme\",\"stream\":\"wedding-4711\","
            + "\"actor\":{\"id\":\"user-17\",\"ip\":\"203.0.113.9\",\"agent\":\"a\\\"b\\\\c\\n\\u0001\u00e9\ud83d\udc8d\"},"
            + "\"action\":\"document.read\",\"category\":\"data-access\",\"resource\":{\"type\":\"document\",\"id\":\"doc-9\"},"
            + "\"outcome\":\"denied\",\"severity\":\"P0_CRITICAL\",\"labels\":[\"pci\",\"\\t\"],\"attributes\":";

    @Test
    void writesTheFieldsInTheirOrderAndTheAttributesAsSent() {
        assertThat(text(EventJsonWriter.asSent().toBytes(FULL))).isEqualTo(SUPPLIED + FULL.attributes() + "}");
    }

    @Test
    void writesOneLineWhenAskedTo() {
        assertThat(text(EventJsonWriter.onOneLine().toBytes(FULL)))
                .isEqualTo(SUPPLIED + "{ \"b\" : 1.00 ,  \"b\":\"\\u0041\\n\"}}");
    }

    @Test
    void leavesOutWhatIsAbsent() {
        assertThat(text(EventJsonWriter.asSent().toBytes(RandomEvents.smallest())))
                .isEqualTo(
                        "{\"tenant\":\"t\",\"actor\":{\"id\":\"a\"},\"action\":\"x\",\"resource\":{\"type\":\"r\",\"id\":\"i\"},"
                                + "\"outcome\":\"unknown\",\"severity\":\"P4_INFO\"}");
    }

    @Test
    void addsWhatTheServerFilledInAndTheIdentity() {
        EventView stored = EventBytes.stored(FULL, 1_795_342_531_000_000_000L, "198.51.100.7");
        assertThat(written(stored))
                .isEqualTo(
                        SUPPLIED + FULL.attributes()
                                + ",\"receivedTime\":\"2026-11-22T10:15:31Z\",\"receivedFrom\":\"198.51.100.7\","
                                + "\"shard\":3,\"incarnation\":2,\"epoch\":5,\"sequence\":9007199254740993,\"lane\":\"critical\"}");
    }

    @Test
    void writesTheReceiveTimeAsTimeOfAStoredEventWithoutOne() {
        EventView stored = EventBytes.stored(RandomEvents.smallest(), 1_795_342_531_000_000_000L, "f");
        assertThat(written(stored)).contains("\"time\":\"2026-11-22T10:15:31Z\",\"tenant\"");
    }

    @Test
    void writesManyLargeEventsOneBehindTheOther() {
        EventView largest = EventBytes.view(RandomEvents.largest());
        JsonBytes bytes = new JsonBytes(0);
        for (int i = 0; i < 3; i++) {
            EventJsonWriter.asSent().write(bytes, largest);
        }
        String one = text(EventJsonWriter.asSent().toBytes(largest));
        assertThat(text(bytes.toByteArray())).isEqualTo(one + one + one);
        assertThat(bytes.length()).isEqualTo(3 * one.length());
        bytes.clear();
        EventJsonWriter.asSent().write(bytes, largest);
        assertThat(text(bytes.toByteArray())).isEqualTo(one);
    }

    @Test
    void writesEveryCharacterOfAsciiAsJacksonDoes() throws IOException {
        for (int c = 0; c < 128; c++) {
            EventView stored = EventBytes.stored(
                    AuditEvent.builder("t", "a" + (char) c, "x")
                            .resource("r", "i")
                            .labels("" + (char) c)
                            .build(),
                    1,
                    "f");
            assertThat(written(stored))
                    .as("character %d", c)
                    .isEqualTo(GeneratedJson.of(stored, 3, 2, 5, SEQUENCE, Lane.CRITICAL));
        }
    }

    /** Texts are looked through eight bytes at a time, and what is left one by one. */
    @Test
    void writesAnyCharacterAtAnyPlaceOfATextAsJacksonDoes() throws IOException {
        for (String character :
                new String[] {"\"", "\\", "\u007f", "\u0001", "\u001f", " ", "!", "#", "[", "]", "\u00e9", "\u20ac"}) {
            for (int place = 0; place < 18; place++) {
                String text = "a".repeat(place) + character + "b".repeat(17 - place);
                EventView stored = EventBytes.stored(
                        AuditEvent.builder("t", text, "x")
                                .resource("r", text + "\ud83d\ude00")
                                .labels(text, text + "\ud83d\ude00")
                                .build(),
                        1,
                        "f");
                assertThat(written(stored))
                        .as("%s at %d", character, place)
                        .isEqualTo(GeneratedJson.of(stored, 3, 2, 5, SEQUENCE, Lane.CRITICAL));
            }
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void writesTheBytesThatJacksonWrites(long seed) throws IOException {
        Random random = new Random(seed);
        RandomEvents events = new RandomEvents(seed);
        JsonBytes bytes = new JsonBytes(random.nextInt(100));
        for (int i = 0; i < 200; i++) {
            EventView stored = EventBytes.stored(events.next(), random.nextLong() >>> 1, "198.51.100.7");
            long sequence = random.nextLong() >> random.nextInt(63);
            int shard = random.nextInt() >>> random.nextInt(31);
            Lane lane = Lane.ofCode(random.nextInt(Lane.count()));
            bytes.clear();
            EventJsonWriter.asSent().write(bytes, stored, shard, -shard, ~shard, sequence, lane);
            String expected = GeneratedJson.of(stored, shard, -shard, ~shard, sequence, lane);
            assertThat(text(bytes.toByteArray()))
                    .as("seed %d, event %d", seed, i)
                    .isEqualTo(expected);
            try (JsonParser parser = new JsonFactory().createParser(bytes.toByteArray())) {
                assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
                parser.skipChildren();
                assertThat(parser.nextToken()).as("seed %d, event %d", seed, i).isNull();
            }
        }
    }

    @Test
    void writesNumbersOfAnySize() {
        for (long number : new long[] {0, 1, -1, 9, 10, 99, 100, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1}) {
            JsonBytes bytes = new JsonBytes(0);
            bytes.number(number);
            assertThat(text(bytes.toByteArray())).isEqualTo(Long.toString(number));
        }
    }

    @Test
    void writesNoMoreThanWasWrittenToAnotherStream() throws IOException {
        JsonBytes bytes = new JsonBytes(100);
        bytes.write("{}  ".getBytes(StandardCharsets.UTF_8), 0, 2);
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        bytes.writeTo(other);
        assertThat(other.toString(StandardCharsets.UTF_8)).isEqualTo("{}");
        bytes.endObject(bytes.beginObject());
        assertThat(text(bytes.toByteArray())).isEqualTo("{}{}");
    }

    @Test
    void namesTheFieldOfAnEventThatCannotBePosted() {
        AuditEvent event = AuditEvent.builder("t", "a", "x").resource("r", "").build();
        assertThatThrownBy(() -> EventJsonWriter.asSent().toBytes(event))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("resource.id is empty");
        AuditEvent noJson = AuditEvent.builder("t", "a", "x")
                .resource("r", "i")
                .attributes("{")
                .build();
        assertThatThrownBy(() -> EventJsonWriter.asSent().toBytes(noJson))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("attributes expected a name");
    }

    private static String written(EventView stored) {
        JsonBytes bytes = new JsonBytes(16);
        EventJsonWriter.asSent().write(bytes, stored, 3, 2, 5, SEQUENCE, Lane.CRITICAL);
        return text(bytes.toByteArray());
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
