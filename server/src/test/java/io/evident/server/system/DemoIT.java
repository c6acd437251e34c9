package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evident demo} from its beginning to its end. */
class DemoIT {
    @TempDir
    private Path temporary;

    @Test
    void tellsWhatTheServerDidInOneLineOfJsonAndLeavesNothingBehind() throws Exception {
        Set<Path> before = demoDirectories();
        try (EvidentProcess demo = EvidentProcess.start(
                "demo", "--seconds", "3", "--json", "--http", "127.0.0.1:0", "--tcp", "127.0.0.1:0")) {
            assertThat(demo.awaitEnd()).as(demo.err()).isZero();
            assertThat(demo.unexpectedErr()).as("standard error").isEmpty();
            assertThat(demo.out().lines()).as("standard output").hasSize(1);

            JsonTree result = JsonTree.parse(demo.out().getBytes(StandardCharsets.UTF_8));
            assertThat(result.at("eventsPerSecond").number(0)).isPositive();
            for (String lane : List.of("critical", "elevated", "standard")) {
                assertThat(result.at("stored", lane).number(0)).as(lane).isPositive();
            }
            for (String tier : List.of("journaled", "synced")) {
                assertThat(result.at("receipts", tier).number(0)).as(tier).isPositive();
            }
            assertThat(result.at("failed").number(-1)).isZero();
            // Every receipt is for an event that was stored, or a duplicate of one.
            assertThat(sum(result.at("receipts"), "accepted", "journaled", "synced"))
                    .isEqualTo(sum(result.at("stored"), "critical", "elevated", "standard")
                            + result.at("duplicates").number(-1));
            assertThat(result.at("targets").elements()).isNotEmpty();
        }
        assertThat(demoDirectories()).isEqualTo(before);
    }

    @Test
    void showsItsScreenAndKeepsTheDataThatWereAskedFor() throws Exception {
        Path data = temporary.resolve("data");
        try (EvidentProcess demo = EvidentProcess.start(
                "demo", "--seconds", "1", "--data", data.toString(), "--http", "127.0.0.1:0", "--tcp", "127.0.0.1:0")) {
            assertThat(demo.awaitEnd()).as(demo.err()).isZero();
            assertThat(demo.unexpectedErr()).as("standard error").isEmpty();
            assertThat(demo.out()).contains("events/s", "critical", "First questions", "/v1/events");
        }
        try (ServerProcess server = ServerProcess.start(data)) {
            assertThat(server.http()
                            .get("/v1/events?limit=10")
                            .json()
                            .at("events")
                            .elements())
                    .hasSize(10);
            server.stopCleanly();
        }
    }

    private static long sum(JsonTree counts, String... names) {
        return Stream.of(names).mapToLong(name -> counts.at(name).number(-1)).sum();
    }

    private static Set<Path> demoDirectories() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("evident-demo-"))
                    .collect(Collectors.toSet());
        }
    }
}
