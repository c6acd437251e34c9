package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events that expire by rules, on a server at work, as whoever asks sees it. */
class RetentionIT {
    private static final String PATH = "/v1/admin/retention";
    private static final List<String> TENANTS = List.of("aged", "sized", "held", "kept");
    private static final String[] SETTINGS = {
        "shards=2",
        "storage.segmentBytes=1048576",
        "archive.afterSeconds=0",
        "retention.intervalSeconds=1",
        "retention.rewritePercent=30",
        "ledger.intervalSeconds=3600"
    };
    private static final int ROUNDS = 30;
    private static final int PER_ROUND = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Random random = new Random(7);
    private final Map<String, Set<UUID>> sent = new HashMap<>();
    private Path data;
    private String position;

    @Test
    void whatHasExpiredIsInNoAnswerAndItsBytesAreFreedAndTheRestIsWhole() throws Exception {
        data = folder.resolve("data");
        Set<UUID> leftOfSized;
        try (LocalServer server = LocalServer.start(data, null, SETTINGS)) {
            beginToFollow(server);
            for (int round = 0; round < ROUNDS; round++) {
                send(server);
            }
            long before = sealedBytes();
            String url = server.httpUri().toString();
            assertThat(Cli.run("retention", "hold", "held", "--reason", "case 17", "--http", url)
                            .out())
                    .contains("held is held");
            assertThat(put(server, "/held", "{\"keepBytes\":1}")).isEqualTo(200);
            assertThat(put(server, "/aged", "{\"keepFor\":\"1m\"}")).isEqualTo(200);
            assertThat(Cli.run("retention", "set", "sized", "--keep-bytes", "1B", "--http", url)
                            .out())
                    .contains("expire when newer ones in sealed segments take 1 B");
            await().atMost(PATIENCE)
                    .until(() -> count(server, "sized") < sent.get("sized").size());
            requireTheSameEverywhere(server, "sized");
            await().atMost(PATIENCE).until(() -> count(server, "aged") == 0);
            requireTheSameEverywhere(server, "aged");
            await().atMost(PATIENCE).until(() -> metric(server, "evident_retention_segments_reduced_total") > 0);
            await().atMost(PATIENCE).until(() -> sealedBytes() < before * 3 / 4);
            assertThat(requireTheSameEverywhere(server, "held")).isEqualTo(sent.get("held"));
            assertThat(requireTheSameEverywhere(server, "kept")).isEqualTo(sent.get("kept"));
            leftOfSized = requireTheSameEverywhere(server, "sized");
            requireTold(server);
            assertThat(Cli.run("retention", "--http", url).out())
                    .contains("case 17")
                    .contains("1m");
            assertThat(metric(server, "evident_retention_events_removed_total")).isPositive();
            assertThat(metric(server, "evident_retention_freed_bytes_total")).isPositive();
            assertThat(metric(server, "evident_retention_failures_total")).isZero();
        }
        requireSound();
        requireTailShowsOnly(leftOfSized);
        try (LocalServer server = LocalServer.start(data, null, SETTINGS)) {
            assertThat(requireTheSameEverywhere(server, "aged")).isEmpty();
            // The segments that were written to at the stop are sealed now: what they held of the tenant goes, too.
            await().atMost(PATIENCE).until(() -> count(server, "sized") == 0);
            requireTheSameEverywhere(server, "sized");
            assertThat(requireTheSameEverywhere(server, "held")).isEqualTo(sent.get("held"));
            assertThat(requireTheSameEverywhere(server, "kept")).isEqualTo(sent.get("kept"));
            freeAllThatIsSealed(server);
        }
        requireSound();
    }

    /** Without anything that is kept, whole segments go, and only their seals are left. */
    private void freeAllThatIsSealed(LocalServer server) throws Exception {
        assertThat(delete(server, "/held/hold")).isEqualTo(200);
        assertThat(put(server, "/_system", "{\"keepBytes\":1}")).isEqualTo(200);
        assertThat(put(server, "/*", "{\"keepBytes\":1}")).isEqualTo(200);
        await().atMost(PATIENCE).until(() -> metric(server, "evident_retention_segments_freed_total") > 0);
        await().atMost(PATIENCE).until(() -> sealedBytes() == 0);
        for (String tenant : TENANTS) {
            assertThat(requireTheSameEverywhere(server, tenant)).isEmpty();
        }
        send(server);
        assertThat(requireTheSameEverywhere(server, "kept")).hasSize(PER_ROUND);
    }

    private void beginToFollow(LocalServer server) throws IOException {
        try (RawHttp following = new RawHttp(server.httpPort())) {
            following.send("GET /v1/events/follow HTTP/1.1\r\nHost: evident\r\n\r\n");
            String line = following.line();
            while (!line.startsWith("id: ")) {
                line = following.line();
            }
            position = line.substring(4);
        }
    }

    private void send(LocalServer server) throws Exception {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < PER_ROUND; i++) {
            for (String tenant : TENANTS) {
                UUID id =
                        new UUID((random.nextLong() & ~0xF000L) | 0x4000L, (random.nextLong() >>> 2) | Long.MIN_VALUE);
                sent.computeIfAbsent(tenant, key -> new HashSet<>()).add(id);
                byte[] noise = new byte[750];
                random.nextBytes(noise);
                StringBuilder hex = new StringBuilder();
                for (byte each : noise) {
                    hex.append(String.format("%02x", each));
                }
                lines.add("{\"id\":\"" + id + "\",\"tenant\":\"" + tenant + "\",\"stream\":\"s" + random.nextInt(16)
                        + "\",\"actor\":{\"id\":\"u\"},\"action\":\"document.read\",\"resource\":{\"type\":\"document\","
                        + "\"id\":\"d\"},\"outcome\":\"success\",\"severity\":\"P4_INFO\",\"attributes\":{\"noise\":\""
                        + hex + "\"}}");
            }
        }
        byte[] body = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        HttpCaller.Answer answer = server.http().post("/v1/events", "application/x-ndjson", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    /** What is left of a tenant, which is the same whoever asks in whatever way. */
    private Set<UUID> requireTheSameEverywhere(LocalServer server, String tenant) {
        List<Set<UUID>> left = new ArrayList<>();
        // Once more when the horizon moved between two questions.
        await().atMost(PATIENCE).untilAsserted(() -> left.add(sameEverywhere(server, tenant)));
        return left.get(0);
    }

    private Set<UUID> sameEverywhere(LocalServer server, String tenant) throws Exception {
        Set<UUID> left = new HashSet<>();
        server.http().all("tenant=" + tenant).forEach(event -> left.add(UUID.fromString(event.text("id"))));
        assertThat(count(server, tenant)).as(tenant).isEqualTo(left.size());
        JsonTree facets =
                server.http().get("/v1/events/facets?by=actor&tenant=" + tenant).json();
        assertThat(facets.at("count").number(-1)).as(tenant).isEqualTo(left.size());
        JsonTree histogram = server.http()
                .get("/v1/events/histogram?interval=1d&tenant=" + tenant)
                .json();
        assertThat(histogram.at("count").number(-1)).as(tenant).isEqualTo(left.size());
        URI exported = URI.create(server.httpUri() + "/v1/export?tenant=" + tenant);
        String export = client.send(HttpRequest.newBuilder(exported).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        assertThat(export.lines().count()).as(tenant).isEqualTo(left.size());
        for (UUID id : sent.get(tenant)) {
            assertThat(server.http().get("/v1/events/" + id).status())
                    .as("%s of %s", id, tenant)
                    .isEqualTo(left.contains(id) ? 200 : 404);
        }
        assertThat(followed(server, tenant, left.size())).as(tenant).isEqualTo(left);
        return left;
    }

    /** What a follower gets that comes back with a position from before the first event, up to one that is sent now. */
    private Set<UUID> followed(LocalServer server, String tenant, int expected) throws Exception {
        Set<UUID> followed = new HashSet<>();
        UUID last = UUID.randomUUID();
        try (RawHttp following = new RawHttp(server.httpPort())) {
            following.send("GET /v1/events/follow?tenant=" + tenant
                    + ",marker HTTP/1.1\r\nHost: evident\r\nLast-Event-ID: " + position + "\r\n\r\n");
            // Shards are followed side by side: the end of each is told by an event of its own.
            Set<Long> ended = new TreeSet<>();
            boolean marked = false;
            while (ended.size() < 2) {
                String line = following.line();
                if (line.startsWith("data: ") && !line.contains("eventsBehind")) {
                    JsonTree event = JsonTree.parse(line.substring(6).getBytes(StandardCharsets.UTF_8));
                    if (event.text("tenant").equals("marker")) {
                        if (event.text("actor", "id").equals(last.toString())) {
                            ended.add(event.at("shard").number(-1));
                        }
                    } else {
                        followed.add(UUID.fromString(event.text("id")));
                    }
                }
                if (followed.size() >= expected && line.isEmpty() && !marked) {
                    marked = true;
                    mark(server, last.toString());
                }
            }
        }
        return followed;
    }

    /** An event in each shard, most likely. */
    private static void mark(LocalServer server, String actor) throws Exception {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            lines.add("{\"tenant\":\"marker\",\"stream\":\"s" + i + "\",\"actor\":{\"id\":\"" + actor
                    + "\"},\"action\":\"mark\",\"resource\":{\"type\":\"mark\",\"id\":\"m\"},\"outcome\":\"success\","
                    + "\"severity\":\"P4_INFO\"}");
        }
        byte[] body = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        assertThat(server.http()
                        .post("/v1/events", "application/x-ndjson", body)
                        .status())
                .isEqualTo(200);
    }

    private static void requireTold(LocalServer server) throws Exception {
        List<JsonTree> removed = server.http().all("tenant=_system&action=retention.removed");
        assertThat(removed).isNotEmpty();
        for (JsonTree event : removed) {
            assertThat(event.text("lane")).as("with the room of CRITICAL").isEqualTo("critical");
            for (JsonTree tenant : event.at("attributes", "tenants").elements()) {
                assertThat(tenant.text("tenant")).isIn("aged", "sized");
                assertThat(tenant.text("rule")).isIn("keepFor 1m", "keepBytes 1");
            }
        }
        assertThat(server.http().all("tenant=_system&action=retention.rule-changed"))
                .hasSize(3);
        assertThat(server.http().all("tenant=_system&action=retention.held")).hasSize(1);
    }

    private void requireSound() {
        Cli verified = Cli.run("verify", "--data", data.toString());
        assertThat(verified.exitCode()).as(verified.out() + verified.err()).isZero();
        Cli diagnosed = Cli.run("doctor", "--data", data.toString());
        assertThat(diagnosed.exitCode()).as(diagnosed.out() + diagnosed.err()).isZero();
    }

    private void requireTailShowsOnly(Set<UUID> leftOfSized) throws IOException {
        Cli tail = Cli.run("tail", "--data", data.toString(), "-n", "100000", "--json");
        assertThat(tail.err()).isEmpty();
        Set<UUID> sized = new HashSet<>();
        Set<UUID> kept = new HashSet<>();
        for (String line : tail.out().split("\n", -1)) {
            if (!line.isEmpty()) {
                JsonTree event = JsonTree.parse(line.getBytes(StandardCharsets.UTF_8));
                assertThat(event.text("tenant")).isNotEqualTo("aged");
                Set<UUID> of = event.text("tenant").equals("sized") ? sized : kept;
                if (List.of("sized", "kept").contains(event.text("tenant"))) {
                    of.add(UUID.fromString(event.text("id")));
                }
            }
        }
        assertThat(sized).isEqualTo(leftOfSized);
        assertThat(kept).isEqualTo(sent.get("kept"));
    }

    private static long count(LocalServer server, String tenant) throws Exception {
        return server.http()
                .get("/v1/events/count?tenant=" + tenant)
                .json()
                .at("count")
                .number(-1);
    }

    private static double metric(LocalServer server, String name) throws Exception {
        return server.http()
                .get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }

    /** The size of the journal's files in sealed segments. */
    private long sealedBytes() throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(data)) {
            for (Path seal : files.filter(file -> file.endsWith("blocks.idx")).toList()) {
                try (Stream<Path> beside = Files.list(seal.getParent())) {
                    for (Path file : beside.filter(
                                    each -> each.getFileName().toString().startsWith("journal")
                                            || each.getFileName().toString().endsWith(".cq4"))
                            .toList()) {
                        bytes += Files.exists(file) ? Files.size(file) : 0;
                    }
                }
            }
        }
        return bytes;
    }

    private int put(LocalServer server, String path, String body) throws Exception {
        return send(server, path, HttpRequest.newBuilder().PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    private int delete(LocalServer server, String path) throws Exception {
        return send(server, path, HttpRequest.newBuilder().DELETE());
    }

    private int send(LocalServer server, String path, HttpRequest.Builder request) throws Exception {
        HttpRequest whole = request.uri(URI.create(server.httpUri() + PATH + path))
                .header("Content-Type", "application/json")
                .build();
        return client.send(whole, HttpResponse.BodyHandlers.ofString()).statusCode();
    }
}
