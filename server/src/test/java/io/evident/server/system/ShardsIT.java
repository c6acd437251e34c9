package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.server.json.JsonTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The number of shards, as an administrator sees and changes it. */
class ShardsIT {
    private static final String PATH = "/v1/admin/shards";
    private static final int EVENTS = 60;

    @TempDir
    private Path folder;

    private final List<UUID> sent = new ArrayList<>();

    @Test
    void growsShrinksRestartsAndGrowsOnWithEveryEventFoundAndAccountedFor() throws Exception {
        Path data = folder.resolve("data");
        try (LocalServer server = LocalServer.start(data, null, "shards=2", "ledger.intervalSeconds=3600")) {
            String url = server.httpUri().toString();
            send(server);
            Cli grown = Cli.run("shards", "grow", "5", "--http", url);
            assertThat(grown.err()).isEmpty();
            assertThat(grown.out())
                    .startsWith("epoch 2: 5 shards take new events, 2 did before; 2457 of 4096 slots moved");
            send(server);
            assertThat(shardsWithEvents(server)).hasSize(5);
            assertThat(Cli.run("shards", "shrink", "3", "--http", url, "--json").out())
                    .contains("\"epoch\":3,\"from\":5,\"shards\":3,");
            send(server);
            Cli shown = Cli.run("shards", "--http", url);
            assertThat(shown.exitCode()).isZero();
            assertThat(shown.out())
                    .contains("epoch 3, 3 shards take new events")
                    .contains("given up: takes no new events");
            requireFound(server);
            requireAudited(server);
            HttpCaller.Answer metrics = server.http().get("/metrics");
            assertThat(metrics.text()).contains("evident_shards_epoch 3").contains("evident_shard_open{shard=\"4\"} 1");
        }
        assertThat(Cli.run("verify", "--data", data.toString()).exitCode())
                .as("ledger and journal agree")
                .isZero();
        assertThat(Cli.run("doctor", "--data", data.toString()).exitCode()).isZero();
        try (LocalServer server = LocalServer.start(data, null, "shards=2", "ledger.intervalSeconds=3600")) {
            requireFound(server);
            assertThat(server.http().get("/health/readiness").status()).isEqualTo(200);
            requireSealed(server);
            HttpCaller.Answer again = server.http().post(event(0));
            assertThat(again.json()
                            .at("receipts")
                            .elements()
                            .get(0)
                            .at("duplicate")
                            .isTrue())
                    .isTrue();
            assertThat(resize(server, "6").json().at("epoch").number(0)).isEqualTo(4);
            assertThat(server.http().get("/metrics").text()).contains("evident_shard_open{shard=\"4\"} 1");
            send(server);
            requireFound(server);
        }
        assertThat(Cli.run("verify", "--data", data.toString()).exitCode()).isZero();
    }

    private void send(LocalServer server) throws Exception {
        for (int i = 0; i < EVENTS; i++) {
            sent.add(UUID.nameUUIDFromBytes(new byte[] {(byte) sent.size(), (byte) (sent.size() >> 8)}));
            HttpCaller.Answer answer = server.http().post(event(sent.size() - 1));
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        }
    }

    private String event(int index) {
        return "{\"id\":\"" + sent.get(index) + "\",\"tenant\":\"acme\",\"stream\":\"s" + index % 23
                + "\",\"actor\":{\"id\":\"u\"},\"action\":\"document.read\",\"resource\":{\"type\":\"document\",\"id\":\"d"
                + index + "\"},\"outcome\":\"success\",\"severity\":\"P4_INFO\"}";
    }

    private Set<Long> shardsWithEvents(LocalServer server) throws Exception {
        Set<Long> shards = new HashSet<>();
        for (UUID id : sent) {
            shards.add(server.http().event(id).at("shard").number(-1));
        }
        return shards;
    }

    private void requireFound(LocalServer server) throws Exception {
        for (UUID id : sent) {
            assertThat(server.http().event(id).text("id")).isEqualTo(id.toString());
        }
        for (int stream = 0; stream < 23; stream++) {
            int of = stream;
            long expected =
                    sent.stream().filter(id -> sent.indexOf(id) % 23 == of).count();
            JsonTree page = server.http()
                    .get("/v1/events?tenant=acme&limit=1000&stream=s" + stream)
                    .json();
            assertThat(page.at("events").elements()).hasSize((int) expected);
            requireInOrder(page.at("events").elements());
        }
    }

    /** Contract 4: by (epoch, sequence), a stream is in the order in which it was sent. */
    private void requireInOrder(List<JsonTree> stream) {
        List<Integer> byEpochAndSequence = stream.stream()
                .sorted(Comparator.<JsonTree>comparingLong(
                                event -> event.at("epoch").number(-1))
                        .thenComparingLong(event -> event.at("sequence").number(-1)))
                .map(event -> sent.indexOf(UUID.fromString(event.text("id"))))
                .toList();
        assertThat(byEpochAndSequence).isSorted();
        assertThat(stream).allMatch(event -> event.at("epoch").number(-1) >= 1);
    }

    /** The shards 3 and 4, as operators see them. */
    private static void requireSealed(LocalServer server) throws Exception {
        Cli shown = Cli.run("shards", "--http", server.httpUri().toString());
        assertThat(shown.out().lines().filter(line -> line.endsWith("  sealed, given up: takes no new events")))
                .hasSize(2);
        JsonTree health = server.http().get("/health/detailed").json();
        assertThat(health.at("shards").elements())
                .extracting(shard -> shard.text("state"))
                .containsExactly("open", "open", "open", "sealed", "sealed");
        assertThat(server.http().get("/metrics").text())
                .contains("evident_shard_open{shard=\"2\"} 1")
                .doesNotContain("shard=\"3\"")
                .doesNotContain("shard=\"4\"");
    }

    private static void requireAudited(LocalServer server) throws Exception {
        JsonTree page = server.http()
                .get("/v1/events?tenant=_system&action=shards.changed&order=asc")
                .json();
        List<JsonTree> events = page.at("events").elements();
        assertThat(events).hasSize(2);
        JsonTree first = events.get(0);
        assertThat(first.text("actor", "id")).isEqualTo("anonymous");
        assertThat(first.text("actor", "ip")).isEqualTo("127.0.0.1");
        assertThat(first.at("attributes", "from").number(0)).isEqualTo(2);
        assertThat(first.at("attributes", "to").number(0)).isEqualTo(5);
        assertThat(first.at("attributes", "epoch").number(0)).isEqualTo(2);
    }

    private static HttpCaller.Answer resize(LocalServer server, String shards) throws Exception {
        return server.http()
                .post(PATH, "application/json", ("{\"shards\":" + shards + "}").getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "0,400,invalid-value",
        "-1,400,invalid-value",
        "4097,400,invalid-value",
        "67,400,invalid-value",
        "2.5,400,invalid-value",
        "\"3\",400,invalid-value",
        "99999999999,400,invalid-value",
        "3}x,400,invalid-value"
    })
    void refusesANumberThatIsNoneOrTooLarge(String number, int status, String problem) throws Exception {
        try (LocalServer server = LocalServer.start(folder.resolve("data"), null, "shards=2")) {
            HttpCaller.Answer answer = resize(server, number);

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.problem()).isEqualTo(problem);
            assertThat(answer.json().text("field")).isEqualTo("shards");
            HttpCaller.Answer overview = server.http().get(PATH);
            assertThat(overview.json().at("epoch").number(0)).isEqualTo(1);
            assertThat(overview.json().at("active").number(0)).isEqualTo(2);
        }
    }

    @Test
    void theSameNumberChangesNothingAndTheWrongDirectionIsWrongUsage() throws Exception {
        try (LocalServer server = LocalServer.start(folder.resolve("data"), null, "shards=2")) {
            assertThat(resize(server, "2").text()).isEqualTo("{\"epoch\":1,\"from\":2,\"shards\":2,\"slotsMoved\":0}");
            String url = server.httpUri().toString();
            assertThat(Cli.run("shards", "shrink", "3", "--http", url).exitCode())
                    .isEqualTo(2);
            assertThat(Cli.run("shards", "grow", "1", "--http", url).exitCode()).isEqualTo(2);
            Cli refused = Cli.run("shards", "grow", "100", "--http", url);
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains("64");
        }
        assertThat(Cli.run("shards", "--http", "http://127.0.0.1:1").exitCode()).isEqualTo(1);
    }
}
