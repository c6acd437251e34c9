package io.evident.client.read.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordReaderTest {
    private static final int LIMIT = 16;

    private static List<String> read(String text, boolean quotes) throws IOException {
        RecordReader reader =
                new RecordReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), quotes, LIMIT);
        List<String> records = new ArrayList<>();
        for (byte[] record = reader.next(); record != null; record = reader.next()) {
            records.add(new String(record, StandardCharsets.UTF_8));
        }
        return records;
    }

    @Test
    void givesWholeRecordsWithTheirLineEnds() throws Exception {
        assertThat(read("", false)).isEmpty();
        assertThat(read("a\nb\"\nc\r\n", false)).containsExactly("a\n", "b\"\n", "c\r\n");
        assertThat(read("a,\"b\nc\"\n\"d\"\"\n\"\n", true)).containsExactly("a,\"b\nc\"\n", "\"d\"\"\n\"\n");
    }

    @Test
    void takesAStreamThatEndsWithinARecordForCut() {
        assertThatThrownBy(() -> read("a\nb", false)).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> read("\"a\n", true)).isInstanceOf(EOFException.class);
    }

    @Test
    void endsBeyondItsLimit() throws Exception {
        assertThat(read("x".repeat(LIMIT - 1) + "\n", false)).hasSize(1);
        assertThatThrownBy(() -> read("x".repeat(LIMIT) + "\n", false)).isInstanceOf(BadAnswerException.class);
    }

    @Test
    void readsTheValuesOfARow() {
        assertThat(CsvRow.values("id,\"a,\"\"b\"\"\nc\",,d\r\n".getBytes(StandardCharsets.UTF_8)))
                .containsExactly("id", "a,\"b\"\nc", "", "d");
        assertThat(CsvRow.values("\uFEFFid\n".getBytes(StandardCharsets.UTF_8))).containsExactly("id");
        assertThat(CsvRow.values(new byte[0])).containsExactly("");
    }
}
