package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the metrics page says must be what became of the events. */
class AccountsIT {
    private static final long SEED = 20_261_122L;
    private static final int BATCHES = 60;

    @TempDir
    private Path data;

    private final Random random = new Random(SEED);
    private final List<AuditEvent> known = new ArrayList<>();
    private final Map<String, Long> expected = new HashMap<>();

    @Test
    void contract3_accountsForEveryEventOfAMixtureOverBothProtocols() throws Exception {
        try (LocalServer server = LocalServer.start(data);
                FrameClient tcp = FrameClient.welcomed(server.tcpPort())) {
            for (int i = 0; i < BATCHES; i++) {
                if (random.nextBoolean()) {
                    sendOverTcp(tcp);
                } else {
                    sendOverHttp(server.http());
                }
            }
            Map<String, Double> metrics = metrics(server.http());
            for (String lane : List.of("critical", "elevated", "standard", "-")) {
                assertBalance(metrics, lane);
            }
            assertThat(sum(metrics, "evident_events_stored_total")).isEqualTo(expected.get("stored"));
            assertThat(sum(metrics, "evident_events_duplicate_total")).isEqualTo(expected.get("duplicate"));
            assertThat(sum(metrics, "evident_events_refused_total")).isEqualTo(expected.get("refused"));
            assertThat(sum(metrics, "evident_events_in_flight")).isZero();
            assertStoredIsWhatQueriesFind(server.http(), metrics);
            // Once a second they are taken from the network threads.
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(sum(metrics(server.http()), "evident_receipt_latency_seconds_count"))
                                    .isEqualTo(expected.get("stored")));
        }
    }

    private void sendOverTcp(FrameClient tcp) throws IOException {
        List<byte[]> events = new ArrayList<>();
        for (int i = random.nextInt(20); i >= 0; i--) {
            AuditEvent event = next();
            byte[] binary = FrameClient.binary(event);
            events.add(random.nextInt(10) == 0 ? java.util.Arrays.copyOf(binary, 30) : binary);
        }
        tcp.exchange(Tier.JOURNALED, events.toArray(byte[][]::new)).forEach(answer -> {
            if (answer.receipt() == null) {
                count("refused");
            } else {
                count(answer.receipt().duplicate() ? "duplicate" : "stored");
            }
        });
    }

    private void sendOverHttp(HttpCaller http) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        for (int i = random.nextInt(20); i >= 0; i--) {
            String json = Facts.json(next());
            lines.add(random.nextInt(10) == 0 ? json.replace("\"tenant\"", "\"tenat\"") : json);
        }
        HttpCaller.Answer answer = http.post(
                "/v1/events", "application/x-ndjson", String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        answer.json()
                .at("receipts")
                .elements()
                .forEach(receipt -> count(receipt.at("duplicate").isTrue() ? "duplicate" : "stored"));
        answer.json().at("rejected").elements().forEach(rejected -> count("refused"));
    }

    private void count(String what) {
        expected.merge(what, 1L, Long::sum);
    }

    /** A new event, one that was sent before, one with the id of another, or one of a tenant that nobody may write. */
    private AuditEvent next() {
        int kind = known.isEmpty() ? 0 : random.nextInt(8);
        AuditEvent old = known.isEmpty() ? null : known.get(random.nextInt(known.size()));
        if (kind == 1) {
            return old;
        }
        String tenant = kind == 2 ? "_system" : kind == 3 ? old.tenant() : "tenant-" + random.nextInt(3);
        AuditEvent event = Load.event(random, tenant, known.size());
        if (kind == 3) {
            return event.withId(old.id());
        }
        if (kind != 2) {
            known.add(event);
        }
        return event;
    }

    private static Map<String, Double> metrics(HttpCaller http) throws IOException, InterruptedException {
        HttpCaller.Answer page = http.get("/metrics");
        assertThat(page.status()).isEqualTo(200);
        return page.text()
                .lines()
                .filter(line -> line.startsWith("evident_events_") || line.startsWith("evident_receipt_"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(' ')),
                        line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
    }

    private static long sum(Map<String, Double> metrics, String name) {
        return sum(metrics, name, "");
    }

    private static long sum(Map<String, Double> metrics, String name, String label) {
        return metrics.entrySet().stream()
                .filter(metric -> metric.getKey().startsWith(name + "{")
                        && metric.getKey().contains(label))
                .mapToLong(metric -> metric.getValue().longValue())
                .sum();
    }

    private static void assertBalance(Map<String, Double> metrics, String lane) {
        String label = "lane=\"" + lane + "\"";
        assertThat(metrics).as("lane %s", lane).containsKey("evident_events_received_total{" + label + "}");
        assertThat(sum(metrics, "evident_events_received_total", label))
                .as("received in lane %s, seed %s", lane, SEED)
                .isEqualTo(sum(metrics, "evident_events_stored_total", label)
                        + sum(metrics, "evident_events_duplicate_total", label)
                        + sum(metrics, "evident_events_refused_total", label)
                        + sum(metrics, "evident_events_in_flight", label));
    }

    private static void assertStoredIsWhatQueriesFind(HttpCaller http, Map<String, Double> metrics)
            throws IOException, InterruptedException {
        Map<String, Long> found = http.all("").stream()
                .collect(Collectors.groupingBy(event -> event.text("lane"), Collectors.counting()));
        for (String lane : List.of("critical", "elevated", "standard")) {
            assertThat(found.getOrDefault(lane, 0L))
                    .as("stored in lane %s", lane)
                    .isEqualTo(sum(metrics, "evident_events_stored_total", "lane=\"" + lane + "\""));
        }
    }
}
