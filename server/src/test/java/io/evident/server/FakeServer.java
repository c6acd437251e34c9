package io.evident.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** An HTTP server that answers as a test says, and remembers what it was asked. */
public final class FakeServer implements AutoCloseable {
    private final HttpServer http;
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /** What came in. */
    public record Request(String method, String pathAndQuery, String contentType, String body) {}

    /** What goes out; {@code retryAfter} may be {@code null}. */
    public record Answer(int status, String body, String retryAfter) {
        /** An answer without waiting time. */
        public static Answer of(int status, String body) {
            return new Answer(status, body, null);
        }
    }

    /** Answers every request with what the function returns for it. */
    public FakeServer(Function<Request, Answer> answers) throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", exchange -> handle(exchange, answers));
        http.start();
    }

    private void handle(HttpExchange exchange, Function<Request, Answer> answers) throws IOException {
        try (exchange) {
            Request request = new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders().getFirst("Content-Type"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            requests.add(request);
            Answer answer = answers.apply(request);
            if (answer.retryAfter() != null) {
                exchange.getResponseHeaders().add("Retry-After", answer.retryAfter());
            }
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    public List<Request> requests() {
        return requests;
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
