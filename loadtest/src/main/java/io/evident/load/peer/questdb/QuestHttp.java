package io.evident.load.peer.questdb;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** QuestDB's HTTP interface. Thread-safe. */
final class QuestHttp {
    static final String TABLE = "events";
    private static final String CREATE = "CREATE TABLE IF NOT EXISTS events (tenant SYMBOL, action SYMBOL,"
            + " outcome SYMBOL, severity SYMBOL, type SYMBOL, id UUID, stream VARCHAR, actor VARCHAR, resource VARCHAR,"
            + " attributes VARCHAR, timestamp TIMESTAMP) TIMESTAMP(timestamp) PARTITION BY HOUR WAL";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int NO_CONTENT = 204;
    private static final int OK = 200;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;

    QuestHttp(int port) {
        this.base = URI.create("http://127.0.0.1:" + port);
    }

    /** Fails as long as the server is not ready. */
    void create() throws IOException {
        query(CREATE);
    }

    /** The answer to a statement, as JSON. */
    String query(String statement) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(
                        base.resolve("/exec?query=" + URLEncoder.encode(statement, StandardCharsets.UTF_8)))
                .timeout(PATIENCE)
                .build();
        HttpResponse<String> answer = send(request);
        if (answer.statusCode() != OK) {
            throw new IOException("QuestDB: " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    /** Sends lines; they are committed when this returns. */
    void write(byte[] lines, int length) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve("/write"))
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(lines, 0, length))
                .build();
        HttpResponse<String> answer = send(request);
        if (answer.statusCode() != NO_CONTENT) {
            throw new IOException("QuestDB: " + answer.statusCode() + " " + answer.body());
        }
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
