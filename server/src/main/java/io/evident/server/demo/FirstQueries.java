package io.evident.server.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Asks the demo's server, over HTTP as anyone would, what happened, and prints question and answer. */
final class FirstQueries {
    private static final JsonFactory JSON = new JsonFactory();

    private final String base;
    private final HttpClient http = HttpClient.newHttpClient();
    private final PrintWriter out;

    FirstQueries(InetSocketAddress address, PrintWriter out) {
        this.base = "http://" + address.getAddress().getHostAddress() + ":" + address.getPort();
        this.out = out;
    }

    void run() throws IOException, InterruptedException {
        String eventsPath = "/v1/events?tenant=" + SampleEvents.TENANT + "&stream=" + SampleEvents.OCCASION_STREAM;
        String firstId = ask(
                "Who was kept from taking the guest list of the wedding that is going on?",
                eventsPath + "&action=guest.export&outcome=denied&limit=3");
        ask("What else happens at this wedding?", eventsPath + "&action=timeline.update&limit=2");
        if (firstId != null) {
            out.println("  One event, whole:");
            out.println("  curl '" + base + "/v1/events/" + firstId + "'");
            out.println();
            out.println(get("/v1/events/" + firstId).body().strip().indent(4).stripTrailing());
            out.println();
        }
        out.flush();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path)).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    /** Prints a question, the request and the answer as a table; returns the first event's id, or {@code null}. */
    private String ask(String question, String path) throws IOException, InterruptedException {
        out.println("  " + question);
        out.println("  curl '" + base + path + "'");
        out.println();
        HttpResponse<String> response = get(path);
        if (response.statusCode() != 200) {
            out.println("    " + response.statusCode() + " " + response.body());
            return null;
        }
        return printEvents(response.body());
    }

    private String printEvents(String body) throws IOException {
        String firstId = null;
        int rows = 0;
        long tookMicros = 0;
        try (JsonParser parser = JSON.createParser(body)) {
            Map<String, String> fields = new LinkedHashMap<>();
            while (parser.nextToken() != null) {
                String path = path(parser);
                if (parser.currentToken().isScalarValue()) {
                    fields.put(path, parser.getText());
                } else if (parser.currentToken() == JsonToken.END_OBJECT && path.equals("events")) {
                    print(fields);
                    firstId = firstId == null ? fields.get("events.id") : firstId;
                    rows++;
                    fields.clear();
                }
            }
            tookMicros = Long.parseLong(fields.getOrDefault("tookMicros", "0"));
        }
        out.println(String.format(
                Locale.ROOT, "    %d event%s, answered in %.2f ms", rows, rows == 1 ? "" : "s", tookMicros / 1e3));
        out.println();
        return firstId;
    }

    /** The dotted names that lead to the value at hand, without array positions. */
    private static String path(JsonParser parser) {
        StringBuilder path = new StringBuilder();
        for (var context = parser.getParsingContext(); context != null; context = context.getParent()) {
            if (context.getCurrentName() != null) {
                path.insert(0, path.isEmpty() ? context.getCurrentName() : context.getCurrentName() + ".");
            }
        }
        return path.toString();
    }

    private void print(Map<String, String> event) {
        out.println(String.format(
                Locale.ROOT,
                "    %-24.24s  %-10s %-16s %-24s %-8s %-11s %s/%s",
                event.get("events.time"),
                event.get("events.actor.id"),
                event.get("events.action"),
                event.get("events.resource.type") + "/" + event.get("events.resource.id"),
                event.get("events.outcome"),
                event.get("events.severity"),
                event.get("events.shard"),
                event.get("events.sequence")));
    }
}
