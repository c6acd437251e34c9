package io.evident.load.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseReaderTest {
    private static final String HEADER = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String ONE = "01900000-0000-8000-8000-000000000001";
    private static final String TWO = "01900000-0000-8000-8000-000000000002";

    private final List<String> ids = new ArrayList<>();
    private final SseReader reader = new SseReader(ids::add);

    private static String event(String id) {
        return "id: position\nevent: event\ndata: {\"id\":\"" + id + "\",\"attributes\":\"" + "x".repeat(300)
                + "\"}\n\n";
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private void read(String text) throws IOException {
        reader.read(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void findsTheIdsOfEventsAndOfNothingElse() throws IOException {
        read(HEADER + chunk("id: position\n\n:\n\n") + chunk(event(ONE)));
        read(chunk("event: lag\ndata: {\"eventsBehind\":5}\n\n" + event(TWO)));

        assertThat(ids).containsExactly(ONE, TWO);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100})
    void readsEventsThatAreCutAnywhere(int chunkCharacters) throws IOException {
        String events = event(ONE) + event(TWO);
        StringBuilder text = new StringBuilder(HEADER);
        for (int at = 0; at < events.length(); at += chunkCharacters) {
            text.append(chunk(events.substring(at, Math.min(events.length(), at + chunkCharacters))));
        }
        for (char each : text.toString().toCharArray()) {
            read(String.valueOf(each));
        }

        assertThat(ids).containsExactly(ONE, TWO);
    }

    @Test
    void hasBegunWhenTheHeaderIsThere() throws IOException {
        read("HTTP/1.1 200 OK\r\n");
        assertThat(reader.begun()).isFalse();

        read("x: y\r\n\r\n");
        assertThat(reader.begun()).isTrue();
    }

    @Test
    void failsWhenTheServerRefusesOrEnds() throws IOException {
        assertThatThrownBy(() -> read("HTTP/1.1 503 Service Unavailable\r\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("503");
        SseReader ended = new SseReader(ids::add);
        ended.read(ByteBuffer.wrap(HEADER.getBytes(StandardCharsets.US_ASCII)));
        assertThatThrownBy(() -> ended.read(ByteBuffer.wrap("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII))))
                .isInstanceOf(IOException.class);
    }
}
