package io.evident.client.read.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseReaderTest {
    private static final int LIMIT = 64;

    private static List<String> read(InputStream in) throws IOException {
        SseReader reader = new SseReader(in, LIMIT);
        List<String> messages = new ArrayList<>();
        for (SseReader.Message message = reader.next(); message != null; message = reader.next()) {
            String data = message.data() == null ? null : new String(message.data(), StandardCharsets.UTF_8);
            messages.add(message.type() + "|" + data + "|" + message.lastId());
        }
        return messages;
    }

    private static List<String> read(String text) throws IOException {
        return read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void readsMessagesCommentsAndIds() throws Exception {
        assertThat(read("id: 1\nevent: event\ndata: {}\n\n:\n\nevent: lag\ndata: x\n\nid: 2\n\ndata: y\n\n"))
                .containsExactly("event|{}|1", "message|null|1", "lag|x|1", "message|null|2", "message|y|2");
    }

    @Test
    void followsTheStandardInItsDetails() throws Exception {
        assertThat(read("\uFEFFdata:a\ndata: b\ndata\n\n")).containsExactly("message|a\nb\n|null");
        assertThat(read("data:  two blanks\nunknown: x\nretry: 5\n\n")).containsExactly("message| two blanks|null");
        assertThat(read("id: 1\n\nid: a\0b\n\nid\n\n"))
                .containsExactly("message|null|1", "message|null|1", "message|null|null");
        assertThat(read("data: é😀\r\n\r\ndata: c\r\rdata: d\n\n"))
                .containsExactly("message|é😀|null", "message|c|null", "message|d|null");
        assertThat(read("")).isEmpty();
    }

    @Test
    void forgetsWhatTheStreamEndsWithin() throws Exception {
        String whole = "id: 1\nevent: event\ndata: {}\n\n";
        for (int length = 0; length < whole.length(); length++) {
            assertThat(read(whole.substring(0, length))).as("%d bytes", length).isEmpty();
        }
    }

    @Test
    void readsTheSameHoweverTheBytesCome() throws Exception {
        byte[] text = "\uFEFFid: 1\r\ndata: é😀\r\n\r\n:x\r\rdata: b\n\nevent: lag\r\ndata: c\r\n\r\n"
                .getBytes(StandardCharsets.UTF_8);
        List<String> expected = read(new ByteArrayInputStream(text));
        assertThat(expected).hasSize(4);
        for (int split = 0; split <= text.length; split++) {
            InputStream first = new ByteArrayInputStream(text, 0, split);
            InputStream second = new ByteArrayInputStream(text, split, text.length - split);
            assertThat(read(new java.io.SequenceInputStream(first, second))).isEqualTo(expected);
        }
    }

    @Test
    void endsBeyondItsLimits() throws Exception {
        String fits = "data: " + "x".repeat(LIMIT - 6);
        assertThat(read(fits + "\n\n")).hasSize(1);
        assertThatThrownBy(() -> read(fits + "x")).isInstanceOf(BadAnswerException.class);
        assertThatThrownBy(() -> read(fits + "\n" + fits + "\n\n")).isInstanceOf(BadAnswerException.class);
    }

    @Test
    void refusesWhatIsNotUtf8InsteadOfChangingIt() {
        byte[] text = "data: x\n\n".getBytes(StandardCharsets.UTF_8);
        text[6] = (byte) 0xC3;
        assertThatThrownBy(() -> read(new ByteArrayInputStream(text))).isInstanceOf(BadAnswerException.class);
    }
}
