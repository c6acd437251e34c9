package io.evident.load.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpConnectionTest {
    private static HttpConnection reading(String answers) {
        return HttpConnection.reading(new ByteArrayInputStream(answers.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void readsOneAnswerAfterTheOther() throws IOException {
        HttpConnection http = reading("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst"
                + "HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\nx: y\r\n\r\nno"
                + "HTTP/1.1 204 No Content\r\n\r\n");

        assertThat(http.readAnswer()).isEqualTo(200);
        assertThat(http.bodyText()).isEqualTo("first");
        assertThat(http.readAnswer()).isEqualTo(404);
        assertThat(http.bodyText()).isEqualTo("no");
        assertThat(http.readAnswer()).isEqualTo(204);
        assertThat(http.bodyText()).isEmpty();
    }

    @Test
    @SuppressWarnings("StringConcatToTextBlock") // Lines end with carriage returns here.
    void readsChunks() throws IOException {
        HttpConnection http = reading("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\nA;name=value\r\n0123456789\r\n0\r\ntrailer: x\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nz");

        assertThat(http.readAnswer()).isEqualTo(200);
        assertThat(http.bodyText()).isEqualTo("abc0123456789");
        http.readAnswer();
        assertThat(http.bodyText()).isEqualTo("z");
    }

    @Test
    void readsAnAnswerThatComesInSmallPiecesAndIsLargerThanItsBuffer() throws IOException {
        String body = "x".repeat(200_000);
        byte[] answer =
                ("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
        InputStream slow = new FilterInputStream(new ByteArrayInputStream(answer)) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, Math.min(length, 7));
            }
        };
        HttpConnection http = HttpConnection.reading(slow);

        http.readAnswer();

        assertThat(http.bodyText()).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200",
                "SSH-2.0-x\r\n\r\n",
                "HTTP/1.1 abc no\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
            })
    void failsWhenThereIsNoWholeAnswer(String answer) {
        assertThatThrownBy(() -> reading(answer).readAnswer()).isInstanceOf(IOException.class);
    }
}
