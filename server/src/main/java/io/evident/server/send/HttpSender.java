package io.evident.server.send;

import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.event.json.EventJsonWriter;
import io.evident.server.json.JsonTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * Sends over HTTP: batches as NDJSON, one request after the other. What the server could not take for now is sent again
 * after the time it names; the ids make that safe.
 */
public final class HttpSender implements EventSender {
    private static final int BATCH_EVENTS = 1_000;
    private static final int BATCH_BYTES = 1 << 20;
    private static final int TRIES = 6;
    private static final long FIRST_PAUSE_MS = 200;
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    private static final String PROBLEM_TYPE = "urn:evident:problem:";

    private final EventJsonWriter writer = EventJsonWriter.asSent();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final URI target;
    private final SendAnswers answers;
    private final List<Entry> batch = new ArrayList<>();
    private int batchBytes;

    private static final class Entry {
        private final OutgoingEvent event;
        private final byte[] json;

        Entry(OutgoingEvent event, byte[] json) {
            this.event = event;
            this.json = json;
        }
    }

    /**
     * @param server the server's address, {@code http://127.0.0.1:8480}
     * @param tier the tier to wait for
     */
    public HttpSender(URI server, Tier tier, SendAnswers answers) {
        String base = server.toString().replaceAll("/+$", "");
        this.target = URI.create(base + "/v1/events?tier=" + tier.text());
        this.answers = answers;
    }

    @Override
    public void send(OutgoingEvent event) throws IOException, InterruptedException {
        byte[] json = writer.toBytes(event.event());
        if (batch.size() == BATCH_EVENTS || batchBytes + json.length > BATCH_BYTES) {
            sendBatch();
        }
        batch.add(new Entry(event, json));
        batchBytes += json.length + 1;
    }

    @Override
    public void finish(Runnable whileWaiting) throws IOException, InterruptedException {
        sendBatch();
        whileWaiting.run();
    }

    private void sendBatch() throws IOException, InterruptedException {
        List<Entry> open = new ArrayList<>(batch);
        batch.clear();
        batchBytes = 0;
        long pauseMs = FIRST_PAUSE_MS;
        for (int tried = 1; !open.isEmpty(); tried++) {
            HttpResponse<byte[]> response = post(open);
            boolean mayRetry = tried < TRIES;
            open = settle(open, response, mayRetry);
            if (!open.isEmpty()) {
                long afterSeconds =
                        response.headers().firstValueAsLong("Retry-After").orElse(0);
                Thread.sleep(Math.min(10_000, Math.max(pauseMs, afterSeconds * 1_000)));
                pauseMs *= 2;
            }
        }
    }

    private HttpResponse<byte[]> post(List<Entry> entries) throws IOException, InterruptedException {
        // A line end within attributes is allowed, and kept; lines would then not be events any more.
        boolean lines = entries.stream().noneMatch(entry -> hasLineEnd(entry.json));
        ByteArrayOutputStream body = new ByteArrayOutputStream(BATCH_BYTES);
        for (int i = 0; i < entries.size(); i++) {
            if (!lines) {
                body.write(i == 0 ? '[' : ',');
            }
            body.write(entries.get(i).json);
            if (lines) {
                body.write('\n');
            }
        }
        if (!lines) {
            body.write(']');
        }
        HttpRequest request = HttpRequest.newBuilder(target)
                .timeout(ANSWER_TIMEOUT)
                .header("Content-Type", lines ? "application/x-ndjson" : "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private static boolean hasLineEnd(byte[] json) {
        for (byte each : json) {
            if (each == '\n' || each == '\r') {
                return true;
            }
        }
        return false;
    }

    /** Hands on the answers; returns what is to be sent again. */
    private List<Entry> settle(List<Entry> entries, HttpResponse<byte[]> response, boolean mayRetry)
            throws IOException {
        JsonTree body = bodyOf(response);
        boolean[] answered = new boolean[entries.size()];
        List<Entry> again = new ArrayList<>();
        for (JsonTree receipt : body.at("receipts").elements()) {
            int index = indexOf(receipt, answered);
            answers.receipt(entries.get(index).event, receiptOf(receipt));
        }
        for (JsonTree rejected : body.at("rejected").elements()) {
            int index = indexOf(rejected, answered);
            refuseOrKeep(entries.get(index), rejected.at("problem"), mayRetry, again);
        }
        for (int i = 0; i < answered.length; i++) {
            if (!answered[i]) {
                if (response.statusCode() < 400) {
                    throw new IOException(
                            "the server answered " + response.statusCode() + " and left events unanswered");
                }
                refuseOrKeep(entries.get(i), body, mayRetry, again);
            }
        }
        return again;
    }

    private static JsonTree bodyOf(HttpResponse<byte[]> response) throws IOException {
        try {
            return JsonTree.parse(response.body());
        } catch (IOException notJson) {
            byte[] start = Arrays.copyOf(response.body(), Math.min(response.body().length, 200));
            throw new IOException(
                    "the server answered " + response.statusCode() + " without JSON; is this Evident? It said: "
                            + new String(start, StandardCharsets.UTF_8),
                    notJson);
        }
    }

    private static int indexOf(JsonTree answer, boolean[] answered) throws IOException {
        long index = answer.at("index").number(-1);
        if (index < 0 || index >= answered.length || answered[(int) index]) {
            throw new IOException("the server answered an event that was not asked about: index " + index);
        }
        answered[(int) index] = true;
        return (int) index;
    }

    private void refuseOrKeep(Entry entry, JsonTree problem, boolean mayRetry, List<Entry> again) {
        String type = problem.text("type");
        String reason = type != null && type.startsWith(PROBLEM_TYPE)
                ? type.substring(PROBLEM_TYPE.length())
                : "http-" + problem.at("status").number(0);
        if (mayRetry && isRetryable(reason)) {
            again.add(entry);
        } else {
            String detail =
                    problem.text("detail") == null ? String.valueOf(problem.text("title")) : problem.text("detail");
            answers.refusal(entry.event, new SendRefusal(reason, problem.text("field"), detail));
        }
    }

    private static boolean isRetryable(String reason) {
        for (RefusalReason each : RefusalReason.values()) {
            if (each.text().equals(reason)) {
                return each.retryable();
            }
        }
        return false;
    }

    private static Receipt receiptOf(JsonTree receipt) throws IOException {
        try {
            long emergencyPosition = receipt.at("emergencyPosition").number(0);
            return new Receipt(
                    UUID.fromString(String.valueOf(receipt.text("id"))),
                    (int) receipt.at("shard").number(-1),
                    (int) receipt.at("incarnation").number(0),
                    receipt.at("sequence").number(Receipt.atEmergencyPosition(emergencyPosition)),
                    Tier.ofText(receipt.text("tier")),
                    Lane.valueOf(String.valueOf(receipt.text("lane")).toUpperCase(Locale.ROOT)),
                    receipt.at("duplicate").isTrue());
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new IOException("the server sent a receipt that cannot be read: " + receipt, e);
        }
    }

    @Override
    public void close() {}
}
