package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.client.AuditClient;
import io.evident.client.read.AuditReader;
import io.evident.client.read.FollowListener;
import io.evident.client.read.ReadField;
import io.evident.client.read.ReadQuery;
import io.evident.client.read.answer.EventFacets;
import io.evident.client.read.answer.StoredEvent;
import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.server.json.JsonTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java client and the command line ask a server at work, with index, cache and archive; the test knows every event. */
class ReadingIT {
    private static final int EVENTS = 3_000;
    private static final List<String> ACTIONS = List.of("document.read", "document.write", "login", "logout");

    @TempDir
    private Path directory;

    private final Random random = new Random(44);
    private final List<AuditEvent> sent = new ArrayList<>();

    private AuditEvent event(int i) {
        return AuditEvent.builder(
                        random.nextInt(4) > 0 ? "acme" : "globex",
                        "user-" + random.nextInt(50),
                        ACTIONS.get(random.nextInt(ACTIONS.size())))
                .id(new UUID((random.nextLong() & ~0xF000L) | 0x4000L, (random.nextLong() >>> 2) | Long.MIN_VALUE))
                .timeNs(1_700_000_000_000_000_000L + i * 1_000_000_000L)
                .actorIp("10." + random.nextInt(3) + ".0." + random.nextInt(200))
                .resource("document", "doc-" + random.nextInt(300))
                .outcome(Outcome.values()[random.nextInt(4)])
                .severity(Severity.values()[random.nextInt(5)])
                .attributes(random.nextInt(10) == 0 ? "{\"note\":\"the Needle\"}" : "{}")
                .build();
    }

    private void send(int tcpPort) throws Exception {
        try (AuditClient client = AuditClient.connect("127.0.0.1", tcpPort)) {
            List<CompletableFuture<?>> answers = new ArrayList<>();
            for (int i = 0; i < EVENTS; i++) {
                AuditEvent event = event(i);
                sent.add(event);
                answers.add(client.send(event).toCompletableFuture());
            }
            CompletableFuture.allOf(answers.toArray(new CompletableFuture<?>[0]))
                    .get();
        }
    }

    private List<UUID> newestFirst(Predicate<AuditEvent> wanted) {
        List<UUID> ids = new ArrayList<>();
        for (int i = sent.size() - 1; i >= 0; i--) {
            if (wanted.test(sent.get(i))) {
                ids.add(sent.get(i).id());
            }
        }
        return ids;
    }

    private static List<UUID> ids(AuditReader reader, ReadQuery query) {
        List<UUID> ids = new ArrayList<>();
        reader.query(query).forEachRemaining(stored -> ids.add(stored.event().id()));
        return ids;
    }

    private void askEverything(AuditReader reader) {
        ReadQuery.Builder denied = ReadQuery.builder()
                .where(ReadField.TENANT, "acme")
                .whereStartsWith(ReadField.ACTION, "document.")
                .whereNot(ReadField.OUTCOME, "success", "unknown")
                .network("10.1.0.0/16")
                .pageSize(7);
        Predicate<AuditEvent> isDenied = event -> event.tenant().equals("acme")
                && event.action().startsWith("document.")
                && (event.outcome() == Outcome.FAILURE || event.outcome() == Outcome.DENIED)
                && event.actorIp().startsWith("10.1.");
        assertThat(ids(reader, denied.build())).isEqualTo(newestFirst(isDenied));
        assertThat(reader.count(denied.build()).count())
                .isEqualTo(newestFirst(isDenied).size());
        assertThat(ids(reader, ReadQuery.builder().text("needle").build()))
                .isEqualTo(newestFirst(event -> event.attributes().contains("Needle")));
        assertThat(ids(
                        reader,
                        ReadQuery.builder().where(ReadField.ACTOR, "nobody").build()))
                .isEmpty();

        EventFacets facets = reader.facets(ReadQuery.all(), ReadField.ACTION, 10);
        assertThat(facets.values().stream().collect(Collectors.toMap(facet -> facet.value(), facet -> facet.count())))
                .isEqualTo(new TreeMap<>(
                        sent.stream().collect(Collectors.groupingBy(AuditEvent::action, Collectors.counting()))));
        assertThat(reader.histogram(ReadQuery.all(), Duration.ofMinutes(10)).buckets().stream()
                        .mapToLong(bucket -> bucket.count())
                        .sum())
                .isEqualTo(EVENTS);
        AuditEvent one = sent.get(random.nextInt(EVENTS));
        assertThat(reader.find(one.id(), one.tenant()).map(StoredEvent::event)).contains(one);

        List<UUID> exported = new ArrayList<>();
        reader.export(ReadQuery.all(), stored -> exported.add(stored.event().id()));
        assertThat(exported).isEqualTo(newestFirst(event -> true));
    }

    @Test
    void contract8_findsWhatItStoredByEveryQuestionAlsoAfterARestartAndWithoutItsIndex() throws Exception {
        Path data = directory.resolve("data");
        try (LocalServer server = LocalServer.start(data)) {
            send(server.tcpPort());
            try (AuditReader reader = AuditReader.of("http://127.0.0.1:" + server.httpPort())) {
                askEverything(reader);
            }
        }
        for (boolean withIndex : new boolean[] {true, false}) {
            if (!withIndex) {
                deleteIndexes(data);
            }
            try (LocalServer server = LocalServer.start(data);
                    AuditReader reader = AuditReader.of("http://127.0.0.1:" + server.httpPort())) {
                askEverything(reader);
                if (!withIndex) {
                    // At last: what it sends is not among the events that were asked for.
                    follow(reader, server.tcpPort());
                }
            }
        }
    }

    private void deleteIndexes(Path data) throws Exception {
        try (var files = Files.walk(data)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".idx")).toList()) {
                Files.delete(file);
            }
        }
    }

    private void follow(AuditReader reader, int tcpPort) throws Exception {
        List<UUID> seen = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> connected = new CompletableFuture<>();
        ReadQuery query = ReadQuery.builder().where(ReadField.ACTOR, "follower").build();
        try (var following = reader.follow(query, new FollowListener() {
            @Override
            public void event(StoredEvent event, String position) {
                seen.add(event.event().id());
            }

            @Override
            public void connected(boolean gapPossible) {
                connected.complete(null);
            }
        })) {
            assertThat(following).isNotNull();
            connected.get();
            List<UUID> wanted = new ArrayList<>();
            try (AuditClient client = AuditClient.connect("127.0.0.1", tcpPort)) {
                for (int i = 0; i < 20; i++) {
                    AuditEvent event = AuditEvent.builder("other", i % 2 == 0 ? "follower" : "else", "x")
                            .id(UUID.randomUUID())
                            .resource("document", "doc")
                            .build();
                    client.send(event).toCompletableFuture().get();
                    if (i % 2 == 0) {
                        wanted.add(event.id());
                    }
                }
            }
            Awaitility.await().until(() -> seen.size() >= wanted.size());
            assertThat(seen).containsExactlyInAnyOrderElementsOf(wanted);
        }
    }

    @Test
    void theCommandLineCountsAndExports() throws Exception {
        try (LocalServer server = LocalServer.start(directory.resolve("data"))) {
            send(server.tcpPort());
            String http = "http://127.0.0.1:" + server.httpPort();
            try (EvidentProcess count =
                    EvidentProcess.start("count", "--http", http, "--by", "action", "--tenant", "acme")) {
                assertThat(count.awaitEnd()).as(count.err()).isZero();
                assertThat(count.out()).contains("document.read", "#", "events");
            }
            Path file = directory.resolve("acme.ndjson");
            try (EvidentProcess export =
                    EvidentProcess.start("export", "--http", http, "--tenant", "acme", "-o", file.toString())) {
                assertThat(export.awaitEnd()).as(export.err()).isZero();
                assertThat(export.err()).contains(" events");
            }
            List<UUID> ids = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                ids.add(UUID.fromString(
                        JsonTree.parse(line.getBytes(StandardCharsets.UTF_8)).text("id")));
            }
            assertThat(ids).isEqualTo(newestFirst(event -> event.tenant().equals("acme")));
            try (EvidentProcess again =
                    EvidentProcess.start("export", "--http", http, "--tenant", "acme", "-o", file.toString())) {
                assertThat(again.awaitEnd())
                        .as("a file that is there is not overwritten")
                        .isEqualTo(1);
            }
        }
    }
}
