package io.evident.client.read;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * A server on a real socket that answers one request per connection, byte by byte as a script has it. A script that fails is
 * reported when the server is closed.
 */
final class RawHttpServer implements AutoCloseable {
    /** What a client asked. */
    record Request(int number, String target, Map<String, String> headers) {
        String path() {
            return target.split("\\?", 2)[0];
        }

        /** A parameter, decoded; {@code null} when there is none. */
        String parameter(String name) {
            return Parameters.of(target).get(name);
        }
    }

    /** Answers one request. May end by an {@link IOException} when the client goes away. */
    interface Script {
        void serve(Request request, Answer answer) throws Exception;
    }

    private final ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final Script script;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);

    RawHttpServer(Script script) throws IOException {
        this.script = script;
        start("raw-accept", this::accept);
    }

    /** A server that answers every request with a status and JSON. */
    static RawHttpServer answering(int status, String type, String body, String... headerLines) throws IOException {
        return new RawHttpServer((request, answer) -> answer.whole(status, type, body, headerLines));
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /** A reader that comes back soon and gives up late. */
    AuditReaderBuilder reader() {
        return AuditReader.builder()
                .baseUrl(url())
                .reconnectBackoff(Duration.ofMillis(1), Duration.ofMillis(2))
                .answerTimeout(Duration.ofSeconds(20))
                .heartbeatTimeout(Duration.ofSeconds(20));
    }

    List<Request> requests() {
        return requests;
    }

    private void start(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        threads.add(thread);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                start("raw-" + sockets.size(), () -> serve(socket));
            } catch (IOException closed) {
                if (!listener.isClosed()) {
                    failures.add(closed);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Request request = readRequest(socket);
            script.serve(request, new Answer(socket, closing));
        } catch (IOException gone) {
            // The client went away, or the test is over: what it should have got is for the test to assert.
            return;
        } catch (Exception | AssertionError failed) {
            failures.add(failed);
        }
    }

    private Request readRequest(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        String first = in.readLine();
        if (first == null) {
            throw new IOException("no request");
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            String[] parts = line.split(": ", 2);
            headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
        }
        synchronized (this) {
            Request request = new Request(requests.size(), first.split(" ", 3)[1], headers);
            requests.add(request);
            return request;
        }
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                throw new AssertionError("interrupted while a script ended", interrupted);
            }
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("a script failed", failures.get(0));
        }
    }

    /** The answer to one request. */
    static final class Answer {
        private final OutputStream out;
        private final CountDownLatch closing;

        private Answer(Socket socket, CountDownLatch closing) throws IOException {
            this.out = socket.getOutputStream();
            this.closing = closing;
        }

        /** Bytes as they are, the status line and all. */
        void raw(String text) throws IOException {
            raw(text.getBytes(StandardCharsets.UTF_8));
        }

        void raw(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        void whole(int status, String type, String body, String... headerLines) throws IOException {
            byte[] utf8 = body.getBytes(StandardCharsets.UTF_8);
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\nContent-Type: " + type
                    + "\r\nConnection: close\r\nContent-Length: " + utf8.length + "\r\n");
            for (String line : headerLines) {
                head.append(line).append("\r\n");
            }
            raw(head.append("\r\n") + body);
        }

        void json(String body) throws IOException {
            whole(200, "application/json", body);
        }

        /** The beginning of an answer in chunks. */
        void beginChunks(String type) throws IOException {
            raw("HTTP/1.1 200 OK\r\nContent-Type: " + type
                    + "\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
        }

        void chunk(String text) throws IOException {
            raw(chunkOf(text.getBytes(StandardCharsets.UTF_8)));
        }

        void lastChunk() throws IOException {
            raw("0\r\n\r\n");
        }

        /** Keeps the connection open until the server is closed. */
        void hang() throws InterruptedException {
            closing.await();
        }
    }

    static byte[] chunkOf(byte[] content) {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        chunk.writeBytes((Integer.toHexString(content.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        chunk.writeBytes(content);
        chunk.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return chunk.toByteArray();
    }
}
