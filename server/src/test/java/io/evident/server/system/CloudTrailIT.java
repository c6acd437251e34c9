package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.server.ProjectFiles;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real records, sent by the {@code send} command to a real server, found again, also after it was killed. No two of the
 * records have the same eventID, so each becomes an event.
 */
class CloudTrailIT {
    private static final int RECORDS = 1_448;
    private static final int ASKERS = 2;

    private static Path folder;
    /** The records as they stand in the files, by their eventID in lower case. */
    private static final Map<UUID, JsonTree> ORIGINALS = new LinkedHashMap<>();

    @TempDir
    private Path dir;

    @BeforeAll
    static void read() throws IOException {
        folder = ProjectFiles.sharedData("cloudtrail");
        for (Path file : logFiles()) {
            for (JsonTree record :
                    JsonTree.parse(Files.readAllBytes(file)).at("Records").elements()) {
                assertThat(ORIGINALS.put(UUID.fromString(record.text("eventID")), record))
                        .as("an eventID that stands twice")
                        .isNull();
            }
        }
        assertThat(ORIGINALS).hasSize(RECORDS);
    }

    private static List<Path> logFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "http"})
    void keepsEveryRecordOnceAlsoWhenKilledAndSentAgain(String protocol) throws Exception {
        Path data = dir.resolve("data");
        Map<UUID, String> first;
        try (ServerProcess server = ServerProcess.start(data)) {
            first = send(server, protocol, false);
            assertEveryRecordIsFound(server, first);
            assertThat(send(server, protocol, true)).isEqualTo(first);
            server.kill();
        }
        try (ServerProcess server = ServerProcess.start(data)) {
            assertEveryRecordIsFound(server, first);
            assertThat(send(server, protocol, true)).isEqualTo(first);
            refusesOtherContent(server, protocol);
            assertNothingHasChanged(server, first);
            server.stopCleanly();
        }
    }

    private static String[] command(ServerProcess server, String protocol, Path from, String... more) {
        List<String> command = new ArrayList<>(List.of("send", "--format", "cloudtrail", from.toString(), "--json"));
        command.addAll(List.of(
                "--" + protocol,
                protocol.equals("tcp") ? server.tcpAddress() : server.httpUri().toString()));
        command.addAll(List.of(more));
        return command.toArray(String[]::new);
    }

    /** Sends all files and returns the identity of each receipt. */
    private Map<UUID, String> send(ServerProcess server, String protocol, boolean again) throws IOException {
        Path receiptFile = dir.resolve("receipts.ndjson");
        Cli run = Cli.run(command(server, protocol, folder, "--receipts", receiptFile.toString()));
        assertThat(run.exitCode()).as("%s%n%s", run.err(), server.evidence()).isZero();
        JsonTree summary = run.json();
        assertThat(summary.at("accepted").number(-1)).isEqualTo(RECORDS);
        assertThat(summary.at("receipts", "synced").number(-1)).isEqualTo(RECORDS);
        assertThat(summary.at("duplicates").number(-1)).isEqualTo(again ? RECORDS : 0);

        Map<UUID, String> identities = new LinkedHashMap<>();
        for (String line : Files.readAllLines(receiptFile)) {
            JsonTree receipt = JsonTree.parse(line.getBytes(StandardCharsets.UTF_8));
            assertThat(receipt.at("duplicate").isTrue()).as(line).isEqualTo(again);
            identities.put(UUID.fromString(receipt.text("id")), Facts.identity(receipt));
        }
        assertThat(identities.keySet()).containsExactlyInAnyOrderElementsOf(ORIGINALS.keySet());
        return identities;
    }

    /** One by one, by as many askers as there are cores. */
    private static void assertEveryRecordIsFound(ServerProcess server, Map<UUID, String> identities) throws Exception {
        HttpCaller http = server.http();
        Queue<UUID> ids = new ConcurrentLinkedQueue<>(ORIGINALS.keySet());
        Callable<Integer> asker = () -> {
            int found = 0;
            for (UUID id = ids.poll(); id != null; id = ids.poll()) {
                assertRecord(http.event(id), ORIGINALS.get(id), identities.get(id));
                found++;
            }
            return found;
        };
        ExecutorService cores = Executors.newFixedThreadPool(ASKERS);
        try {
            int found = 0;
            for (Future<Integer> each : cores.invokeAll(Collections.nCopies(ASKERS, asker))) {
                found += each.get();
            }
            assertThat(found).isEqualTo(RECORDS);
        } finally {
            cores.shutdown();
        }
    }

    private static void assertRecord(JsonTree event, JsonTree original, String identity) {
        assertThat(event.at("attributes")).isEqualTo(original);
        assertThat(Facts.identity(event)).isEqualTo(identity);
        assertThat(event.text("tenant")).isEqualTo(original.text("recipientAccountId"));
    }

    private static void assertNothingHasChanged(ServerProcess server, Map<UUID, String> identities) throws Exception {
        List<JsonTree> stored = server.http().all("");
        assertThat(stored).hasSize(RECORDS).allSatisfy(event -> {
            UUID id = UUID.fromString(event.text("id"));
            assertThat(event.at("attributes")).isEqualTo(ORIGINALS.get(id));
            assertThat(Facts.identity(event)).isEqualTo(identities.get(id));
        });
    }

    /** Every record with one other byte in a member that becomes nothing but an attribute. */
    private void refusesOtherContent(ServerProcess server, String protocol) throws Exception {
        Path changed = Files.createDirectories(dir.resolve("changed"));
        for (Path file : logFiles()) {
            String text = Files.readString(file).replaceAll("(\"eventVersion\":\\s*\"1\\.)0", "$19");
            Files.writeString(changed.resolve(file.getFileName()), text);
        }
        Cli run = Cli.run(command(server, protocol, changed));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.json().at("refusals", "id-conflict").number(-1)).isEqualTo(RECORDS);
        assertThat(run.json().at("accepted").number(-1)).isZero();
    }
}
