package io.evident.load.search;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.evident.event.EventTimeText;
import io.evident.event.Severity;
import io.evident.load.http.HttpConnection;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** A running Evident server, asked over HTTP. Every member of every answer is read. */
final class EvidentSystem implements SearchSystem {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int OK = 200;

    private final HttpConnection http;

    EvidentSystem(URI server) throws IOException {
        this.http = HttpConnection.open(server);
    }

    @Override
    public Answer ask(Asking asking) throws IOException {
        String path = path(asking);
        int status = http.get(path);
        if (status != OK) {
            throw new IOException("GET " + path + " was answered " + status + ": " + http.bodyText());
        }
        return read(asking.question(), http.body(), http.bodyLength());
    }

    /** What is asked of the server. */
    static String path(Asking asking) {
        return switch (asking.question()) {
            case BY_ID -> "/v1/events/" + asking.id();
            case COUNT -> "/v1/events/count?" + filter(asking);
            case HISTOGRAM -> "/v1/events/histogram?interval=1d&" + filter(asking);
            default -> "/v1/events?" + filter(asking) + "&limit=" + asking.limit() + cursor(asking);
        };
    }

    private static String cursor(Asking asking) {
        boolean first = asking.after() == null || asking.after().cursor() == null;
        return first ? "" : "&cursor=" + asking.after().cursor();
    }

    private static String filter(Asking asking) {
        return "tenant=" + asking.tenant()
                + parameter("actor", asking.actor())
                + parameter("action", asking.action())
                + parameter(
                        "outcome",
                        asking.outcome() == null ? null : asking.outcome().text())
                + parameter("resource", asking.resource())
                + parameter("severity", severities(asking.severities()))
                + "&from=" + time(asking.fromUs()) + "&to=" + time(asking.toUs());
    }

    private static String severities(List<Severity> severities) {
        return severities.isEmpty()
                ? null
                : severities.stream().map(Severity::name).collect(Collectors.joining(","));
    }

    private static String parameter(String name, String value) {
        return value == null ? "" : "&" + name + '=' + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** A time as the interface takes it. */
    static String time(long us) {
        return EventTimeText.format(us * 1_000);
    }

    /** Reads an answer. */
    static Answer read(Question question, byte[] json, int length) throws IOException {
        Fingerprint fingerprint = new Fingerprint();
        boolean fromCache = false;
        long bucketSecond = 0;
        int depth = 0;
        try (JsonParser parser = JSON.createParser(json, 0, length)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (!token.isScalarValue()) {
                    continue;
                }
                String name = parser.currentName();
                String value = parser.getText();
                if (depth == 1 && "cache".equals(name)) {
                    fromCache = "hit".equals(value);
                } else if (depth == idDepth(question) && "id".equals(name)) {
                    fingerprint.row(value);
                } else if (question == Question.COUNT && depth == 1 && "count".equals(name)) {
                    fingerprint.row(0, parser.getLongValue());
                } else if (question == Question.HISTOGRAM && depth == 3 && "from".equals(name)) {
                    bucketSecond = Instant.parse(value).getEpochSecond();
                } else if (question == Question.HISTOGRAM && depth == 3 && "count".equals(name)) {
                    fingerprint.row(bucketSecond, parser.getLongValue());
                }
            }
        }
        return fingerprint.answer(fromCache);
    }

    /** How deep an event's id stands: at the top when only one is asked for, else in the array of events. */
    private static int idDepth(Question question) {
        return question == Question.BY_ID ? 1 : 3;
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
