package io.evident.load.peer.redis;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;

/**
 * A connection that speaks as much of Redis' protocol (RESP2) as is needed: commands that are encoded already, and replies that
 * are a number or a short text. For one thread.
 */
final class RespConnection implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int PATIENCE_MS = 30_000;

    private final Socket socket;
    private final InputStream in;

    private RespConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
    }

    static RespConnection to(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MS);
        return new RespConnection(socket);
    }

    void send(byte[] commands, int length) throws IOException {
        socket.getOutputStream().write(commands, 0, length);
    }

    /**
     * Reads the next reply.
     *
     * @throws IOException when it is an error, too
     */
    String readReply() throws IOException {
        int kind = in.read();
        String line = readLine();
        return switch (kind) {
            case ':', '+' -> line;
            case '$' -> readText(Integer.parseInt(line));
            case '-' -> throw new IOException("Redis: " + line);
            default -> throw new IOException("Redis: a reply of kind " + kind);
        };
    }

    private String readText(int length) throws IOException {
        String text = readLine();
        if (text.length() != length) {
            throw new IOException("Redis: a text of " + text.length() + " bytes in place of " + length);
        }
        return text;
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        int next = in.read();
        while (next != '\r') {
            if (next < 0) {
                throw new EOFException("Redis closed the connection");
            }
            line.append((char) next);
            next = in.read();
        }
        if (in.read() != '\n') {
            throw new IOException("Redis: a line that does not end");
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
