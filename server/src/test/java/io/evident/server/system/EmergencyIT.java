package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.client.AuditClient;
import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Receipt;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import io.evident.event.Tier;
import io.evident.server.json.JsonTree;
import io.evident.server.system.FrameClient.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server whose only shard has failed: its next segment could not be begun, because something stood in the way. From then
 * on CRITICAL events go to the emergency journal, until the next start folds them in.
 */
class EmergencyIT {
    private static final int LARGE_BYTES = 60_000;
    /** More than a segment of the smallest size holds. */
    private static final int MOST_TO_FILL_A_SEGMENT = 40;

    @TempDir
    private Path data;

    @TempDir
    private Path elsewhere;

    /** Every event that has a receipt. */
    private final Map<UUID, AuditEvent> acknowledged = new LinkedHashMap<>();
    /** Those of them that are in the emergency journal. */
    private final Map<UUID, AuditEvent> pending = new LinkedHashMap<>();

    private int made;

    private AuditEvent event(Severity severity, int attributeBytes) {
        made++;
        return AuditEvent.builder("acme", "user-" + made % 7, "document.read")
                .id(UUID.randomUUID())
                .timeNs(1_780_000_000_000_000_000L + made)
                .resource("document", "doc-" + made)
                .outcome(Outcome.DENIED)
                .severity(severity)
                .attributes("{ \"number\": " + made + ".0, \"text\": \"" + "é".repeat(attributeBytes / 2) + "\" }")
                .build();
    }

    private List<AuditEvent> critical(int count) {
        List<AuditEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Some that fit into a slot of a lane, and some that need a buffer.
            events.add(event(Severity.P0_CRITICAL, i % 2 == 0 ? 20 : 2_000));
        }
        return events;
    }

    private AuditEvent standard() {
        return event(Severity.P4_INFO, 20);
    }

    private ServerProcess start() throws IOException, InterruptedException {
        return ServerProcess.start(
                data,
                "--set",
                "shards=1",
                "--set",
                "lanes.criticalEvents=64",
                "--set",
                "storage.segmentBytes=1048576",
                "--set",
                "emergency.stallMs=50");
    }

    /** Fills a segment while something stands in the place of the next one. */
    private void failTheShard(HttpCaller http) throws IOException, InterruptedException {
        Path inTheWay = data.resolve("shard-00/segments/1-1");
        Files.writeString(inTheWay, "");
        int status = 200;
        for (int i = 0; i < MOST_TO_FILL_A_SEGMENT && status == 200; i++) {
            AuditEvent event = event(Severity.P4_INFO, LARGE_BYTES);
            HttpCaller.Answer answer = http.post(Facts.json(event));
            status = answer.status();
            if (status == 200) {
                acknowledged.put(event.id(), event);
            } else {
                assertThat(answer.problem()).isEqualTo("outcome-unknown");
            }
        }
        assertThat(status).isEqualTo(503);
        assertThat(acknowledged).isNotEmpty();
        Files.delete(inTheWay);
    }

    private void keep(AuditEvent event) {
        acknowledged.put(event.id(), event);
        pending.put(event.id(), event);
    }

    private static String array(List<AuditEvent> events) {
        return events.stream().map(Facts::json).collect(Collectors.joining(",", "[", "]"));
    }

    @Test
    void contract5_takesCriticalEventsOfAFailedShardOverBothProtocols() throws Exception {
        try (ServerProcess server = start()) {
            failTheShard(server.http());
            takesOverHttp(server.http());
            takesOverTcp(server.tcpPort());
            refusesStandard(server);
            showsThePath(server.http());
        }
    }

    private void takesOverHttp(HttpCaller http) throws IOException, InterruptedException {
        List<AuditEvent> events = critical(4);
        long before = pending.size();
        events.forEach(this::keep);

        HttpCaller.Answer first = http.post(array(events));
        HttpCaller.Answer again = http.post(array(events));

        for (HttpCaller.Answer answer : List.of(first, again)) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.json().at("rejected").elements()).isEmpty();
            assertThat(answer.json().at("receipts").elements()).hasSize(events.size());
        }
        for (int i = 0; i < events.size(); i++) {
            JsonTree receipt = first.json().at("receipts").elements().get(i);
            assertThat(receipt.text("id")).isEqualTo(events.get(i).id().toString());
            assertThat(receipt.text("tier")).isEqualTo("synced");
            assertThat(receipt.text("lane")).isEqualTo("critical");
            assertThat(receipt.toString()).contains("sequence=null");
            assertThat(receipt.at("emergencyPosition").number(0)).isEqualTo(before + 1 + i);
            assertThat(receipt.at("duplicate").isThere()).isFalse();

            JsonTree second = again.json().at("receipts").elements().get(i);
            assertThat(second.at("duplicate").isTrue()).isTrue();
            assertThat(second.toString().replace(", duplicate=true", "")).isEqualTo(receipt.toString());
        }
        found(http, events);
    }

    private void takesOverTcp(int port) throws IOException {
        List<AuditEvent> events = critical(3);
        events.forEach(this::keep);
        byte[][] binaries = events.stream().map(FrameClient::binary).toArray(byte[][]::new);
        try (FrameClient client = FrameClient.welcomed(port)) {
            for (Tier tier : Tier.values()) {
                if (tier != Tier.ACCEPTED) {
                    List<Answer> answers = client.exchange(tier, binaries);
                    assertThat(answers).extracting(Answer::refusal).containsOnlyNulls();
                    assertThat(answers).allSatisfy(answer -> isPending(answer.receipt()));
                }
            }
            List<Answer> last = client.exchange(Tier.SYNCED, binaries);
            assertThat(last).allMatch(answer -> answer.receipt().duplicate());
            assertThat(last)
                    .extracting(answer -> answer.receipt().emergencyPosition())
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    private static void isPending(Receipt receipt) {
        assertThat(receipt.tier()).isEqualTo(Tier.SYNCED);
        assertThat(receipt.lane()).isEqualTo(Lane.CRITICAL);
        assertThat(receipt.hasSequence()).isFalse();
        assertThat(receipt.emergencyPosition()).isPositive();
    }

    /** Found at once, by id and by query, without a sequence. */
    private void found(HttpCaller http, List<AuditEvent> events) throws IOException, InterruptedException {
        Map<String, JsonTree> queried = http.all("severity=P0_CRITICAL").stream()
                .collect(Collectors.toMap(each -> each.text("id"), each -> each));
        for (AuditEvent event : events) {
            HttpCaller.Answer answer = http.get("/v1/events/" + event.id());
            assertThat(answer.text())
                    .contains("\"sequence\":null")
                    .contains("\"emergencyPosition\":")
                    .contains("\"attributes\":" + event.attributes());
            for (JsonTree each : List.of(answer.json(), queried.get(event.id().toString()))) {
                assertThat(Facts.supplied(each)).isEqualTo(Facts.supplied(event));
                assertThat(each.toString()).contains("sequence=null");
                assertThat(each.text("lane")).isEqualTo("critical");
            }
        }
    }

    private void refusesStandard(ServerProcess server) throws IOException, InterruptedException {
        HttpCaller.Answer refused = server.http().post(Facts.json(standard()));
        assertThat(refused.status()).as(refused.text()).isEqualTo(503);
        assertThat(refused.problem()).isEqualTo("unavailable");

        AuditEvent critical = event(Severity.P0_CRITICAL, 20);
        keep(critical);
        try (FrameClient client = FrameClient.welcomed(server.tcpPort())) {
            List<Answer> answers =
                    client.exchange(Tier.SYNCED, FrameClient.binary(standard()), FrameClient.binary(critical));
            assertThat(answers.get(0).refusal().reason()).isEqualTo(RefusalReason.UNAVAILABLE);
            isPending(answers.get(1).receipt());
        }
    }

    private void showsThePath(HttpCaller http) throws IOException, InterruptedException {
        HttpCaller.Answer health = http.get("/health/detailed");
        assertThat(health.status()).isEqualTo(503);
        JsonTree shard = health.json().at("shards").elements().get(0);
        assertThat(shard.text("state")).isEqualTo("failed");
        assertThat(shard.at("emergency", "active").isTrue()).isTrue();
        assertThat(shard.text("emergency", "reason")).isEqualTo("shard-failed");
        assertThat(shard.at("emergency", "uses").number(0)).isEqualTo(1);
        assertThat(shard.at("emergency", "events").number(0)).isEqualTo(pending.size());
        assertThat(shard.at("emergency", "unfoldedEvents").number(0)).isEqualTo(pending.size());
        assertThat(shard.at("emergency", "workingCopies").number(0)).isEqualTo(1);
        assertThat(http.get("/health/liveness").status()).isEqualTo(200);

        String metrics = http.get("/metrics").text();
        assertThat(metric(metrics, "evident_emergency_active")).isEqualTo(1);
        assertThat(metric(metrics, "evident_emergency_uses_total")).isEqualTo(1);
        assertThat(metric(metrics, "evident_emergency_events_total")).isEqualTo(pending.size());
        assertThat(metric(metrics, "evident_emergency_unfolded_events")).isEqualTo(pending.size());
        assertThat(metric(metrics, "evident_shard_open")).isZero();
    }

    private static long metric(String page, String name) {
        return page.lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void theClientAndTheSendCommandCountAReceiptWithoutASequenceAsSuccess() throws Exception {
        try (ServerProcess server = start()) {
            failTheShard(server.http());
            List<AuditEvent> events = critical(6);
            try (AuditClient client = AuditClient.builder()
                    .address("127.0.0.1", server.tcpPort())
                    .tier(Tier.SYNCED)
                    .connect()) {
                for (AuditEvent event : events) {
                    isPending(client.send(event).toCompletableFuture().get(20, TimeUnit.SECONDS));
                }
            }
            sends("--tcp", server.tcpAddress());
            sends("--http", server.httpUri().toString());
        }
    }

    /** Sends a file twice. */
    private void sends(String way, String address) throws IOException {
        Path file = elsewhere.resolve("events.ndjson");
        Path receipts = elsewhere.resolve("receipts.ndjson");
        Files.write(file, critical(5).stream().map(Facts::json).toList());
        for (long expectedDuplicates : List.of(0L, 5L)) {
            Cli sent = Cli.run("send", file.toString(), way, address, "--receipts", receipts.toString(), "--json");
            assertThat(sent.exitCode()).as(sent.out() + sent.err()).isZero();
            assertThat(sent.json().at("accepted").number(0)).isEqualTo(5);
            assertThat(sent.json().at("refused").number(-1)).isZero();
            assertThat(sent.json().at("duplicates").number(-1)).isEqualTo(expectedDuplicates);
            assertThat(sent.json().at("receipts", "synced").number(0)).isEqualTo(5);
            assertThat(Files.readAllLines(receipts))
                    .hasSize(5)
                    .allSatisfy(line -> assertThat(line).contains("\"sequence\":null", "\"emergencyPosition\":"));
        }
    }

    @Test
    void contract2_givesEveryEventItsSequenceOnceAfterAKill() throws Exception {
        try (ServerProcess server = start()) {
            failTheShard(server.http());
            takesOverHttp(server.http());
            takesOverTcp(server.tcpPort());
            explains("A server works on it");
        }
        // Killed. What follows looks at the directory as it was left.
        explains("No server works on it now");
        try (LocalServer server = LocalServer.start(data)) {
            awaitFolded(server.http());
            hasSequences(server.http());
            AuditEvent next = standard();
            assertThat(server.http().post(Facts.json(next)).status()).isEqualTo(200);
            acknowledged.put(next.id(), next);
        }
        pending.clear();
        explains("No server works on it now");
        try (LocalServer server = LocalServer.start(data)) {
            JsonTree shard = awaitFolded(server.http());
            assertThat(shard.at("emergency", "uses").number(-1)).isZero();
            hasSequences(server.http());
        }
    }

    private static JsonTree awaitFolded(HttpCaller http) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(
                        () -> http.get("/health/detailed")
                                .json()
                                .at("shards")
                                .elements()
                                .get(0),
                        shard -> shard.at("emergency", "unfoldedEvents").number(-1) == 0
                                && !shard.at("emergency", "active").isTrue());
    }

    private void hasSequences(HttpCaller http) throws IOException, InterruptedException {
        List<JsonTree> stored = http.all("");
        assertThat(stored)
                .extracting(each -> each.at("sequence").number(-1))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, stored.size()).boxed().toList());
        Map<String, JsonTree> byId = stored.stream().collect(Collectors.toMap(each -> each.text("id"), each -> each));
        for (AuditEvent event : acknowledged.values()) {
            JsonTree found = byId.get(event.id().toString());
            assertThat(found).as("%s has a receipt", event.id()).isNotNull();
            HttpCaller.Answer answer = http.get("/v1/events/" + event.id());
            assertThat(answer.text())
                    .contains("\"attributes\":" + event.attributes())
                    .doesNotContain("emergencyPosition");
            assertThat(answer.json()).isEqualTo(found);
            assertThat(Facts.supplied(found)).isEqualTo(Facts.supplied(event));

            JsonTree again = http.post(Facts.json(event))
                    .json()
                    .at("receipts")
                    .elements()
                    .get(0);
            assertThat(again.at("duplicate").isTrue()).isTrue();
            assertThat(Facts.identity(again)).isEqualTo(Facts.identity(found));
            assertThat(again.text("tier")).isEqualTo("synced");
        }
    }

    /** Doctor and verify tell what is in the emergency journal, and that nothing is damaged. */
    private void explains(String aboutTheServer) throws IOException {
        Cli doctor = Cli.run("doctor", "--data", data.toString());
        assertThat(doctor.exitCode()).as(doctor.out() + doctor.err()).isZero();
        assertThat(doctor.out()).contains(aboutTheServer, "Healthy: every byte of what was looked at was read");
        String sentence = pending.size() + " critical events more are in the emergency journal";
        assertThat(doctor.out().contains(sentence)).as(doctor.out()).isEqualTo(!pending.isEmpty());
        Cli verify = Cli.run("verify", "--data", data.toString());
        assertThat(verify.exitCode()).as(verify.out() + verify.err()).isZero();
        assertThat(verify.out().contains("emergency journal: " + pending.size() + " events to be folded in"))
                .as(verify.out())
                .isEqualTo(!pending.isEmpty());
        for (String command : List.of("doctor", "verify")) {
            JsonTree json =
                    Cli.run(command, "--data", data.toString(), "--json").json();
            assertThat(json.at("emergencyEvents").number(-1)).isEqualTo(pending.size());
            assertThat(json.at("shards").elements().get(0).at("emergencyEvents").number(-1))
                    .isEqualTo(pending.size());
            assertThat(json.at("findings").elements())
                    .as("%s", json)
                    .noneMatch(finding -> finding.at("damage").isTrue());
        }
    }
}
