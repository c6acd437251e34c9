package io.evident.load.http;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One HTTP/1.1 connection that is kept open and asks one thing after the other, with as little of its own as possible, so
 * that what is measured is the server's. Reads bodies with a length and chunked ones (RFC 9112); asks by GET only. Not
 * thread-safe.
 */
public final class HttpConnection implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int LONGEST_LINE = 8_192;
    private static final int PATIENCE_MS = 120_000;

    private final Socket socket;
    private final InputStream input;
    private final String host;
    private byte[] body = new byte[BUFFER_BYTES];
    private int bodyLength;

    private HttpConnection(Socket socket, InputStream input, String host) {
        this.socket = socket;
        this.input = input;
        this.host = host;
    }

    /** Connects to the host and port of a URL such as {@code http://127.0.0.1:8480}. */
    public static HttpConnection open(URI server) throws IOException {
        int port = server.getPort() < 0 ? 80 : server.getPort();
        Socket socket = new Socket(server.getHost(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MS);
        return new HttpConnection(
                socket, new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES), server.getHost() + ':' + port);
    }

    /** For tests: answers come out of a stream, requests go nowhere. */
    static HttpConnection reading(InputStream answers) {
        return new HttpConnection(null, answers, "test");
    }

    /**
     * Asks.
     *
     * @return the status; the body is in {@link #body} then, up to the next call
     * @throws IOException when the connection broke, or the answer is none
     */
    public int get(String pathAndQuery) throws IOException {
        String request = "GET " + pathAndQuery + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return readAnswer();
    }

    /** Reads one answer. */
    int readAnswer() throws IOException {
        String statusLine = readLine();
        if (!statusLine.startsWith("HTTP/1.") || statusLine.length() < 12) {
            throw new IOException("no HTTP answer: '" + statusLine + "'");
        }
        int status = number(statusLine.substring(9, 12), 10);
        int length = 0;
        boolean chunked = false;
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            String name = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).trim();
            if (name.equals("content-length")) {
                length = number(value, 10);
            } else if (name.equals("transfer-encoding")) {
                chunked = value.equalsIgnoreCase("chunked");
            }
        }
        bodyLength = 0;
        if (chunked) {
            readChunks();
        } else {
            readBody(length);
        }
        return status;
    }

    private void readChunks() throws IOException {
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            readBody(size);
            readLine();
        }
        for (String trailer = readLine(); !trailer.isEmpty(); trailer = readLine()) {
            // Nothing that is asked for stands in a trailer.
        }
    }

    private int chunkSize() throws IOException {
        String line = readLine();
        int extension = line.indexOf(';');
        return number((extension < 0 ? line : line.substring(0, extension)).trim(), 16);
    }

    private void readBody(int length) throws IOException {
        if (body.length - bodyLength < length) {
            body = Arrays.copyOf(body, Math.max(body.length * 2, bodyLength + length));
        }
        if (input.readNBytes(body, bodyLength, length) < length) {
            throw new EOFException("the connection ended within an answer");
        }
        bodyLength += length;
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended within an answer");
            }
            if (line.length() == LONGEST_LINE) {
                throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private static int number(String text, int radix) throws IOException {
        try {
            int number = Integer.parseInt(text, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IOException("'" + text + "' is no number", e);
        }
        throw new IOException("'" + text + "' is below 0");
    }

    /** The last answer's body, from 0 to {@link #bodyLength}; the next answer is written over it. */
    public byte[] body() {
        return body;
    }

    public int bodyLength() {
        return bodyLength;
    }

    /** The last answer's body as text. */
    public String bodyText() {
        return new String(body, 0, bodyLength, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
    }
}
