package io.evident.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventStamp;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.retention.Horizon;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.server.json.JsonTree;
import io.evident.server.tail.JournalTail;
import io.evident.storage.DataDirectory;
import io.evident.storage.JournalSettings;
import io.evident.storage.OpenedShard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TailCommandTest {
    @TempDir
    private Path data;

    /** Journals one event for each stream name, received at the given time and a nanosecond more for each. */
    private static void append(OpenedShard shard, String tenant, long receivedTimeNs, String... streams)
            throws IOException {
        Journal journal = shard.journal();
        Block block = new Block();
        block.begin(Lane.STANDARD, 1, journal.nextSequence());
        for (int i = 0; i < streams.length; i++) {
            byte[] event = stamped(tenant, streams[i], receivedTimeNs + i);
            EventView view = new EventView();
            assertThat(view.wrap(event, 0, event.length)).isNull();
            block.add(view);
        }
        journal.append(block);
    }

    private static byte[] stamped(String tenant, String stream, long receivedTimeNs) {
        EventEncoder encoder = new EventEncoder();
        AuditEvent event = AuditEvent.builder(tenant, "user-17", "document.read").resource("document", "doc/9").stream(
                        stream)
                .outcome(Outcome.DENIED)
                .severity(Severity.P1_HIGH)
                .labels("pci")
                .build();
        assertThat(event.encodeInto(encoder)).isNull();
        byte[] supplied = new byte[encoder.encodedLength()];
        encoder.encode(supplied, 0);
        EventView view = new EventView();
        assertThat(view.wrap(supplied, 0, supplied.length)).isNull();
        byte[] from = "127.0.0.1".getBytes(StandardCharsets.UTF_8);
        byte[] stamped = new byte[EventStamp.stampedLength(view, from)];
        UUID id = new UUID(0x7000, 0x8000_0000_0000_0000L + receivedTimeNs);
        EventStamp.copyStamped(
                view, id.getMostSignificantBits(), id.getLeastSignificantBits(), receivedTimeNs, from, stamped, 0);
        return stamped;
    }

    private static List<String> streams(CommandLineRun run) {
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        return run.out()
                .lines()
                .map(line -> {
                    try {
                        return JsonTree.parse(line.getBytes(StandardCharsets.UTF_8))
                                .text("stream");
                    } catch (IOException e) {
                        throw new IllegalArgumentException(line, e);
                    }
                })
                .toList();
    }

    private void writeTwoShards() throws IOException {
        try (DataDirectory directory = DataDirectory.open(data, JournalSettings.defaults())) {
            OpenedShard first = directory.openShard(0);
            OpenedShard second = directory.openShard(1);
            append(first, "acme", 100, "a", "b");
            append(second, "acme", 200, "c");
            append(first, "acme", 300, "d");
            append(second, "_system", 400, "own");
        }
    }

    @Test
    void showsTheNewestOfAllShardsInTheOrderOfTheirArrival() throws IOException {
        writeTwoShards();

        assertThat(streams(CommandLineRun.of("tail", "--json", "--data", data.toString())))
                .containsExactly("a", "b", "c", "d");
        assertThat(streams(CommandLineRun.of("tail", "--json", "-n", "2", "--data", data.toString())))
                .containsExactly("c", "d");
        assertThat(streams(CommandLineRun.of("tail", "--json", "-n", "0", "--data", data.toString())))
                .isEmpty();
    }

    @Test
    void readsBesideAServerAtWork() throws IOException {
        try (DataDirectory directory = DataDirectory.open(data, JournalSettings.defaults())) {
            append(directory.openShard(0), "acme", 100, "a");

            assertThat(streams(CommandLineRun.of("tail", "--json", "--data", data.toString())))
                    .containsExactly("a");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--stream, c, 1",
        "--stream, none, 0",
        "--actor, user-17, 4",
        "--actor, user-1, 0",
        "--action, document.read, 4",
        "--resource, doc/9, 4",
        "--resource, document/doc/9, 4",
        "--resource, document/doc, 0",
        "--outcome, denied, 4",
        "--outcome, success, 0",
        "--severity, P1_HIGH, 4",
        "--label, pci, 4",
        "--label, pc, 0",
        "--tenant, acme, 4",
        "--tenant, other, 0",
        "--tenant, _system, 1"
    })
    void showsWhatMatchesTheFilter(String option, String value, int count) throws IOException {
        writeTwoShards();

        assertThat(streams(CommandLineRun.of("tail", "--json", "--data", data.toString(), option, value)))
                .hasSize(count);
    }

    @Test
    void showsAPersonOneLineForEachEvent() throws IOException {
        writeTwoShards();

        assertThat(CommandLineRun.of("tail", "-n", "1", "--data", data.toString())
                        .out())
                .startsWith("1970-01-01T00:00:00.000Z  P1_HIGH")
                .contains("acme", "user-17", "document/doc/9")
                .hasLineCount(1);
    }

    @Test
    void goesOnWithWhatComesInShardsOldAndNew() throws IOException {
        try (DataDirectory directory = DataDirectory.open(data, JournalSettings.defaults())) {
            OpenedShard first = directory.openShard(0);
            append(first, "acme", 100, "old");
            try (JournalTail tail = JournalTail.open(data, event -> true, () -> Horizon.NONE)) {
                assertThat(tail.newest(0)).isEmpty();
                List<Long> received = new ArrayList<>();

                append(first, "acme", 200, "new");
                append(directory.openShard(1), "acme", 300, "in a new shard");

                await().untilAsserted(() -> {
                    tail.poll(stored -> received.add(stored.event().receivedTimeNs()));
                    assertThat(received).containsExactly(200L, 300L);
                });
            }
        }
    }

    @Test
    void showsNothingThatHasExpiredByThen() throws IOException {
        writeTwoShards();
        AtomicReference<Horizon> horizon = new AtomicReference<>(new Horizon(
                1, List.of(new ShardHorizon(0, Map.of("acme", 1L)), new ShardHorizon(10, Map.of()))));
        try (JournalTail tail = JournalTail.open(data, event -> true, horizon::get)) {
            assertThat(tail.newest(10))
                    .extracting(stored -> AuditEvent.of(stored.event()).stream())
                    .as("Evident's own tenant is not one of the others")
                    .containsExactly("b", "d", "own");
        }
        horizon.set(new Horizon(2, List.of(new ShardHorizon(3, Map.of()))));
        try (JournalTail tail = JournalTail.open(data, event -> true, horizon::get)) {
            assertThat(tail.newest(1))
                    .extracting(stored -> AuditEvent.of(stored.event()).stream())
                    .containsExactly("own");
            assertThat(tail.newest(10)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-n, -1, 2",
        "-n, 100001, 2",
        "--outcome, DENIED, 2",
        "--severity, P9, 2",
        "--data, no-such-directory, 1",
        "--data, src, 1"
    })
    void refusesWhatMakesNoSense(String option, String value, int exitCode) {
        CommandLineRun run = CommandLineRun.of("tail", option, value);

        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.err()).contains(exitCode == 1 ? value : option);
    }
}
