package io.evident.load.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerFramingTest {
    private final AnswerFraming framing = new AnswerFraming();

    private String body(String answer, int from) throws IOException {
        byte[] bytes = answer.getBytes(StandardCharsets.US_ASCII);
        assertThat(framing.end(bytes, from, bytes.length)).isEqualTo(bytes.length);
        return new String(bytes, framing.bodyFrom(), framing.bodyTo() - framing.bodyFrom(), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 5\r\nC: d\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\ncontent-length:5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\nTrailer: 1\r\n\r\n",
            })
    void findsTheBodyAndWaitsForEveryPartOfIt(String answer) throws IOException {
        byte[] bytes = ("before" + answer).getBytes(StandardCharsets.US_ASCII);
        for (int to = 6; to < bytes.length; to++) {
            assertThat(framing.end(bytes, 6, to)).as("%d bytes", to).isEqualTo(-1);
        }

        assertThat(body("before" + answer, 6)).isEqualTo("hello");
        assertThat(framing.status()).isEqualTo(200);
        assertThat(framing.isLast()).isFalse();
    }

    @Test
    void takesAnAnswerWithoutBodyAndSeesTheEndOfTheConnection() throws IOException {
        assertThat(body("HTTP/1.1 503 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 0))
                .isEmpty();
        assertThat(framing.status()).isEqualTo(503);
        assertThat(framing.isLast()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-something-else\r\n\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
            })
    void refusesWhatIsNoAnswer(String answer) {
        byte[] bytes = answer.getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> framing.end(bytes, 0, bytes.length)).isInstanceOf(IOException.class);
    }
}
