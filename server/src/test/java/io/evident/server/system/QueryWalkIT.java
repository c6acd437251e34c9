package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.event.Tier;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Walks through all that is stored, page by page, and compares it with what was sent. */
class QueryWalkIT {
    private static final int EVENTS = 2_000;

    @TempDir
    private static Path data;

    private static LocalServer server;

    /** What was sent, oldest first, as queries are to answer it. */
    private static final List<Sent> SENT = new ArrayList<>();

    private record Sent(AuditEvent event, int shard, long sequence) {}

    /** The first start writes one half, the second one the other, so that both sealed and active segments are walked. */
    @BeforeAll
    static void sendAll() throws IOException {
        Random random = new Random(6);
        for (int start = 0; start < 2; start++) {
            server = LocalServer.start(data);
            try (FrameClient client = FrameClient.welcomed(server.tcpPort())) {
                for (int i = 0; i < EVENTS / 2; i += 50) {
                    sendSome(client, random, 50);
                }
            }
            if (start == 0) {
                server.close();
            }
        }
        SENT.sort(Comparator.<Sent>comparingLong(sent -> sent.event.timeNs())
                .thenComparingInt(Sent::shard)
                .thenComparingLong(Sent::sequence));
    }

    private static void sendSome(FrameClient client, Random random, int count) throws IOException {
        List<AuditEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            AuditEvent event = Load.event(random, "tenant-" + random.nextInt(3), i);
            // Many at the same moment: the order among them is by identity.
            events.add(random.nextInt(3) > 0 ? event : at(event, 1_780_000_000_000_000_000L + random.nextInt(5)));
        }
        byte[][] binaries = events.stream().map(FrameClient::binary).toArray(byte[][]::new);
        client.exchange(Tier.JOURNALED, binaries)
                .forEach(answer -> SENT.add(new Sent(
                        events.get(answer.index()),
                        answer.receipt().shard(),
                        answer.receipt().sequence())));
    }

    private static AuditEvent at(AuditEvent event, long timeNs) {
        return AuditEvent.builder(event.tenant(), event.actorId(), event.action())
                .id(event.id())
                .timeNs(timeNs)
                .resource(event.resourceType(), event.resourceId())
                .outcome(event.outcome())
                .severity(event.severity())
                .attributes(event.attributes())
                .build();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<String> expected(Predicate<AuditEvent> wanted) {
        return SENT.stream()
                .map(Sent::event)
                .filter(wanted)
                .map(Facts::supplied)
                .toList();
    }

    private static List<String> facts(List<JsonTree> events) {
        return events.stream().map(Facts::supplied).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {37, 1_000})
    void findsEverythingOldestFirstAndNewestFirst(int pageSize) throws Exception {
        List<String> oldestFirst = new ArrayList<>(expected(event -> true));
        assertThat(oldestFirst).hasSize(EVENTS);
        assertThat(facts(server.http().all("order=asc", pageSize))).isEqualTo(oldestFirst);
        Collections.reverse(oldestFirst);
        assertThat(facts(server.http().all("", pageSize))).isEqualTo(oldestFirst);
    }

    static Stream<Arguments> filters() {
        Predicate<AuditEvent> tenant = event -> event.tenant().equals("tenant-1");
        Predicate<AuditEvent> denied = event -> event.outcome() == Outcome.DENIED;
        Predicate<AuditEvent> grave = event -> event.severity() == Severity.P0_CRITICAL;
        Predicate<AuditEvent> stream = event -> "stream-7".equals(event.stream());
        Predicate<AuditEvent> label = event -> event.labels().contains("pii");
        Predicate<AuditEvent> actor = event -> event.actorId().equals("user-17");
        return Stream.of(
                Arguments.of("tenant=tenant-1", tenant),
                Arguments.of("outcome=denied", denied),
                Arguments.of("severity=P0_CRITICAL", grave),
                Arguments.of("stream=stream-7", stream),
                Arguments.of("label=pii", label),
                Arguments.of("actor=user-17", actor),
                Arguments.of(
                        "tenant=tenant-1&outcome=denied&label=pii",
                        tenant.and(denied).and(label)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("filters")
    void findsWhatAFilterAsksForAndNothingElse(String query, Predicate<AuditEvent> wanted) throws Exception {
        assertThat(expected(wanted)).isNotEmpty();
        assertThat(facts(server.http().all(query + "&order=asc", 10))).isEqualTo(expected(wanted));
    }

    @Test
    void takesFromAsInclusiveAndToAsExclusive() throws Exception {
        long second = 1_780_000_000_500_000_000L;
        assertThat(facts(server.http().all("order=asc&from=2026-05-28T20:26:40Z&to=2026-05-28T20:26:40.5Z", 100)))
                .isEqualTo(expected(event -> event.timeNs() < second));
        assertThat(facts(server.http().all("order=asc&from=2026-05-28T20:26:40.5Z", 100)))
                .isEqualTo(expected(event -> event.timeNs() >= second));
        assertThat(server.http().all("from=2026-05-28T20:26:40Z&to=2026-05-28T20:26:40Z"))
                .isEmpty();
        assertThat(server.http()
                        .get("/v1/events?from=2026-05-28T20:26:41Z&to=2026-05-28T20:26:40Z")
                        .status())
                .isEqualTo(400);
    }
}
