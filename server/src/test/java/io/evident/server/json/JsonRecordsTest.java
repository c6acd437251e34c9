package io.evident.server.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.RefusalReason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRecordsTest {
    /** Records as texts; refused ones as the name of the reason and the line. */
    private static List<String> read(JsonRecords records) throws IOException {
        List<String> read = new ArrayList<>();
        try (records) {
            for (JsonRecord record = records.next(); record != null; record = records.next()) {
                read.add(
                        record.refusal() == null
                                ? new String(record.bytes(), StandardCharsets.UTF_8)
                                : record.refusal().reason() + " " + record.line());
            }
            assertThat(records.next()).as("the end is the end").isNull();
        }
        return read;
    }

    private static List<String> readEvents(String text) throws IOException {
        return read(JsonRecords.ofEvents(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))));
    }

    private static List<String> readMember(String text) throws IOException {
        return read(JsonRecords.ofMember(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "Records"));
    }

    @Test
    void readsOneObjectPerLineAndPassesOverBlankLines() throws IOException {
        assertThat(readEvents("\n{\"a\":1}\r\n\n  {\"b\":2}  \n{\"c\":3}"))
                .containsExactly("{\"a\":1}\r", "  {\"b\":2}  ", "{\"c\":3}");
    }

    @Test
    void readsAnObjectOverSeveralLines() throws IOException {
        assertThat(readEvents("{\n  \"a\": {\"b\": 1}\n}\n")).containsExactly("{\n  \"a\": {\"b\": 1}\n}");
    }

    @Test
    void readsSeveralObjectsOverSeveralLines() throws IOException {
        assertThat(readEvents("{\n\"a\":1}\n{\n\"b\":2}")).containsExactly("{\n\"a\":1}", "{\n\"b\":2}");
    }

    @Test
    void readsTheObjectsOfAnArrayByteForByte() throws IOException {
        assertThat(readEvents(" [ {\"a\" : 1.50} ,\n{\"\u00e4\":\"\uD83D\uDE00 ]}\"}, {} ]\n"))
                .containsExactly("{\"a\" : 1.50}", "{\"\u00e4\":\"\uD83D\uDE00 ]}\"}", "{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  \n \n", "[]", " [ ] "})
    void findsNothingInWhatIsEmpty(String text) throws IOException {
        assertThat(readEvents(text)).isEmpty();
    }

    @Test
    void losesOnlyTheBadLineOfLines() throws IOException {
        List<String> read = readEvents("{\"a\":1}\nnot json\n{\"b\":2}\n");

        assertThat(read).containsExactly("{\"a\":1}", "not json", "{\"b\":2}");
    }

    @Test
    void losesOnlyTheElementThatIsNoObject() throws IOException {
        assertThat(readEvents("[{},5,[{}],{}]")).containsExactly("{}", "WRONG_TYPE 1", "WRONG_TYPE 1", "{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[{\"a\":1},", "[{\"a\":1}", "[{\"a\":1},{\"b", "[{\"a\":1}]]", "[{\"a\":1}] {}", "[{\"a\":1},}"
            })
    void tellsThatADocumentIsCutOffOrGoesOn(String text) throws IOException {
        assertThat(readEvents(text)).containsExactly("{\"a\":1}", "MALFORMED 0");
    }

    @Test
    void readsTheRecordsMemberWhereverItStands() throws IOException {
        assertThat(readMember("{\"x\":{\"Records\":[{\"no\":1}]},\"Records\":[{\"a\":1},{\"b\":2}],\"y\":[1]}"))
                .containsExactly("{\"a\":1}", "{\"b\":2}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "{\"Records\":5}", "", "{\"Records\":[{},"})
    void tellsThatThereAreNoRecords(String text) throws IOException {
        assertThat(readMember(text)).last().asString().startsWith("MALFORMED");
    }

    @Test
    void unpacksGzipByItself() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write("[{\"a\":1}]".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(read(JsonRecords.ofEvents(new ByteArrayInputStream(packed.toByteArray()))))
                .containsExactly("{\"a\":1}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{\"a\":1}]", "{\"a\":1}"})
    void passesOverAByteOrderMark(String text) throws IOException {
        assertThat(readEvents("\uFEFF" + text)).containsExactly("{\"a\":1}");
    }

    @Test
    void refusesALineThatIsTooLongAndGoesOn() throws IOException {
        String longLine = "{\"a\":\"" + "x".repeat(JsonRecords.MAX_RECORD_BYTES) + "\"}";

        assertThat(readEvents("{\"b\":1}\n" + longLine + "\n{\"c\":2}"))
                .containsExactly("{\"b\":1}", RefusalReason.EVENT_TOO_LARGE + " 2", "{\"c\":2}");
    }

    @Test
    void givesUpADocumentWithARecordThatIsFarTooLong() throws IOException {
        String longRecord = "{\"a\":\"" + "x".repeat(2 * JsonRecords.MAX_RECORD_BYTES) + "\"}";

        assertThat(readEvents("[{},\n" + longRecord + "]")).containsExactly("{}", RefusalReason.EVENT_TOO_LARGE + " 0");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void cutsRandomRecordsExactly(long seed) throws IOException {
        Random random = new Random(seed);
        List<String> records = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            String text = "\u00e4{[\\\"".repeat(random.nextInt(30)) + "x".repeat(random.nextInt(4_000));
            records.add("{\"n\":" + i + ", \"t\":\"" + text.replace("\\\"", "\\\\\\\"") + "\"}");
        }
        String separator = " ".repeat(random.nextInt(3)) + ",\n";

        assertThat(readMember("{\"Records\":[" + String.join(separator, records) + "]}"))
                .isEqualTo(records);
    }
}
