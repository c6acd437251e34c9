package io.evident.event.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.evident.event.RandomEvents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScannerTest {
    private static final String SIGNS = "{}[]\",:\\u0e+-.1 tfn\n\t";
    private final JsonScanner scanner = new JsonScanner();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22, 23})
    void agreesWithJacksonOnMutatedEvents(long seed) throws IOException {
        Random random = new Random(seed);
        RandomEvents events = new RandomEvents(seed);
        int good = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] json = EventJsonWriter.asSent().toBytes(events.next());
            for (int mutation = random.nextInt(3); mutation > 0; mutation--) {
                json[random.nextInt(json.length)] = (byte) SIGNS.charAt(random.nextInt(SIGNS.length()));
            }
            String text = new String(json, StandardCharsets.UTF_8);
            json = text.getBytes(StandardCharsets.UTF_8);
            boolean wellFormed = JsonText.malformed(scanner, json, 0, 0, json.length, null) == null;
            assertThat(wellFormed).as("seed %d, event %d: %s", seed, i, text).isEqualTo(jacksonReads(json));
            good += wellFormed ? 1 : 0;
        }
        assertThat(good).as("some mutated, some not").isBetween(200, 950);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {31, 32})
    void agreesWithJacksonOnRandomSigns(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            StringBuilder text = new StringBuilder("[");
            for (int rest = random.nextInt(6); rest > 0; rest--) {
                text.append(SIGNS.charAt(random.nextInt(SIGNS.length())));
            }
            byte[] json = text.append(']').toString().getBytes(StandardCharsets.UTF_8);
            boolean wellFormed = JsonText.malformed(scanner, json, 0, 0, json.length, null) == null;
            assertThat(wellFormed).as("seed %d: %s", seed, text).isEqualTo(jacksonReads(json));
        }
    }

    /** A text is looked at eight bytes at a time: whatever stands out is found at each place of them. */
    @Test
    void findsWhatATextMustNotHaveWhereverItStands() throws IOException {
        String[] inserted = {
            "\"", "\\", "\\\"", "\\u00e9", "\\x", "\u0000", "\u001f", " ", "\u007f", "!", "[", "]", "\u00e9", "\u20ac"
        };
        for (int length = 0; length < 20; length++) {
            for (int place = 0; place <= length; place++) {
                for (String each : inserted) {
                    StringBuilder text = new StringBuilder("abcdefghijklmnopqrst").delete(length, 20);
                    text.insert(place, each);
                    byte[] json = ("[\"" + text + "\"]").getBytes(StandardCharsets.UTF_8);
                    boolean wellFormed = JsonText.malformed(scanner, json, 0, 0, json.length, null) == null;
                    assertThat(wellFormed).as(text.toString()).isEqualTo(jacksonReads(json));
                }
            }
        }
    }

    @Test
    void countsLevels() {
        assertThat(deepest("17")).isZero();
        assertThat(deepest("{}")).isEqualTo(1);
        assertThat(deepest("{\"a\":[],\"b\":{\"c\":[1]},\"d\":{}}")).isEqualTo(3);
        assertThat(deepest(RandomEvents.attributesOfDepth(64))).isEqualTo(64);
        assertThat(deepest(RandomEvents.attributesOfDepth(65))).isEqualTo(65);
    }

    @Test
    void tellsObjectsFromArraysAtAnyDepth() {
        String opening = "[{\"a\":".repeat(50_000);
        String closing = "}]".repeat(50_000);
        assertThat(deepest(opening + "1" + closing)).isEqualTo(100_000);
        assertThat(skip(opening + "1" + "]}" + closing.substring(2))).isEqualTo(JsonScanner.MALFORMED);
    }

    private int deepest(String json) {
        assertThat(skip(json)).isEqualTo(json.length());
        return scanner.deepest();
    }

    private int skip(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return scanner.skipValue(bytes, 0, bytes.length);
    }

    private static boolean jacksonReads(byte[] json) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (JsonProcessingException notJson) {
            return false;
        }
    }
}
