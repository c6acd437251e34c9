package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.server.json.JsonTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;

/** Asks a server over HTTP, one request after the other. */
final class HttpCaller {
    private static final int PAGE = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI server;
    private final Supplier<String> evidence;

    /** An answer; {@code json} is an empty tree when the body is none. */
    record Answer(int status, String contentType, JsonTree json, String text) {
        /** The type of a problem without its prefix, or {@code null}. */
        String problem() {
            return problemOf(json);
        }
    }

    /** @param evidence what helps to understand why the server does not answer */
    HttpCaller(URI server, Supplier<String> evidence) {
        this.server = server;
        this.evidence = evidence;
    }

    static String problemOf(JsonTree problem) {
        String type = problem.text("type");
        return type == null ? null : type.replace("urn:evident:problem:", "");
    }

    Answer get(String pathAndQuery) throws IOException, InterruptedException {
        return send(request(pathAndQuery).GET().build());
    }

    Answer post(String pathAndQuery, String contentType, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder builder = request(pathAndQuery).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (contentType != null) {
            builder.header("Content-Type", contentType);
        }
        if (headers.length > 0) {
            builder.headers(headers);
        }
        return send(builder.build());
    }

    /** Posts JSON at the default tier. */
    Answer post(String json) throws IOException, InterruptedException {
        return post("/v1/events", "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    private HttpRequest.Builder request(String pathAndQuery) {
        return HttpRequest.newBuilder(server.resolve(pathAndQuery)).timeout(PATIENCE);
    }

    private Answer send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = exchange(request);
        String type = response.headers().firstValue("content-type").orElse("");
        JsonTree json = type.contains("json")
                ? JsonTree.parse(response.body())
                : JsonTree.parse("{}".getBytes(StandardCharsets.UTF_8));
        return new Answer(response.statusCode(), type, json, new String(response.body(), StandardCharsets.UTF_8));
    }

    private HttpResponse<byte[]> exchange(HttpRequest request) throws IOException, InterruptedException {
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new IOException("no answer to " + request + "; " + evidence.get(), e);
        }
    }

    /** The event with this id, which has to be there. */
    JsonTree event(UUID id) throws IOException, InterruptedException {
        Answer answer = get("/v1/events/" + id);
        assertThat(answer.status()).as("status of %s: %s", id, answer.text()).isEqualTo(200);
        return answer.json();
    }

    /** Every event that a query finds, page by page. */
    List<JsonTree> all(String query) throws IOException, InterruptedException {
        return all(query, PAGE);
    }

    List<JsonTree> all(String query, int pageSize) throws IOException, InterruptedException {
        List<JsonTree> events = new ArrayList<>();
        String cursor = null;
        do {
            Answer page = get("/v1/events?limit=" + pageSize + (query.isEmpty() ? "" : "&" + query)
                    + (cursor == null ? "" : "&cursor=" + encode(cursor)));
            assertThat(page.status()).as(page.text()).isEqualTo(200);
            events.addAll(page.json().at("events").elements());
            cursor = page.json().text("cursor");
        } while (cursor != null);
        return events;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }
}
