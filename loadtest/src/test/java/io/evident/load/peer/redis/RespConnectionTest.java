package io.evident.load.peer.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RespConnectionTest {
    private ServerSocket server;
    private RespConnection connection;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        connection = RespConnection.to(server.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        connection.close();
        server.close();
    }

    @Test
    void readsNumbersAndTextsOneAfterTheOther() throws IOException {
        reply(":12\r\n$3-\r\n".replace("$3-", "$3\r\n1-2") + "+OK\r\n$0\r\n\r\n");

        assertThat(connection.readReply()).isEqualTo("12");
        assertThat(connection.readReply()).isEqualTo("1-2");
        assertThat(connection.readReply()).isEqualTo("OK");
        assertThat(connection.readReply()).isEmpty();
    }

    @Test
    void anErrorIsOne() throws IOException {
        reply("-OOM no room\r\n");

        assertThatThrownBy(connection::readReply)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("OOM no room");
    }

    @Test
    void anAnswerThatIsCutShortIsAnError() throws IOException {
        reply("$10\r\nab");

        assertThatThrownBy(connection::readReply).isInstanceOf(EOFException.class);
    }

    @Test
    void aTextOfAnotherLengthIsAnError() throws IOException {
        reply("$10\r\nab\r\n");

        assertThatThrownBy(connection::readReply).isInstanceOf(IOException.class);
    }

    private void reply(String bytes) throws IOException {
        try (Socket accepted = server.accept()) {
            accepted.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
