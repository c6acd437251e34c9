package io.evident.load.ledger;

import io.evident.event.json.EventJsonWriter;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** What a server answers when it is asked for everything, page by page. */
final class ServedEvents implements StoredEvents {
    private static final int PAGE = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> SUPPLIED = List.of(
            "time",
            "tenant",
            "stream",
            "actor",
            "action",
            "category",
            "resource",
            "outcome",
            "severity",
            "labels",
            "attributes");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String server;

    ServedEvents(URI server) {
        this.server = server.toString().replaceAll("/+$", "");
    }

    @Override
    public List<String> readAll(Consumer<StoredFact> facts) throws IOException {
        walk("", facts);
        walk("&tenant=" + StoredFact.OWN_TENANT, facts);
        return List.of();
    }

    private void walk(String filter, Consumer<StoredFact> facts) throws IOException {
        String cursor = null;
        do {
            JsonTree page = get("/v1/events?order=asc&limit=" + PAGE + filter
                    + (cursor == null ? "" : "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8)));
            for (JsonTree event : page.at("events").elements()) {
                facts.accept(fact(event));
            }
            cursor = page.text("cursor");
        } while (cursor != null);
    }

    private JsonTree get(String pathAndQuery) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server + pathAndQuery))
                .timeout(PATIENCE)
                .build();
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new IOException("GET " + pathAndQuery + " was answered " + response.statusCode() + ": "
                        + new String(response.body(), StandardCharsets.UTF_8));
            }
            return JsonTree.parse(response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static StoredFact fact(JsonTree event) throws IOException {
        UUID id = UUID.fromString(event.text("id"));
        boolean own = StoredFact.OWN_TENANT.equals(event.text("tenant"));
        return new StoredFact(
                id,
                own,
                (int) event.at("shard").number(-1),
                (int) event.at("incarnation").number(-1),
                event.at("sequence").number(-1),
                event.text("lane"),
                own || isAsSent(id, event));
    }

    private static boolean isAsSent(UUID id, JsonTree event) throws IOException {
        JsonTree sent = JsonTree.parse(EventJsonWriter.asSent().toBytes(DerivedEvent.of(id)));
        return SUPPLIED.stream().allMatch(name -> sent.at(name).equals(event.at(name)));
    }
}
