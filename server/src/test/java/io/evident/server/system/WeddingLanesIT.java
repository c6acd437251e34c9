package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Receipt;
import io.evident.event.Severity;
import io.evident.event.Tier;
import io.evident.server.ProjectFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server with the wedding profile: what the lane in a receipt says of an event's priority. */
class WeddingLanesIT {
    @TempDir
    private static Path data;

    private static LocalServer server;

    @BeforeAll
    static void start() throws IOException {
        server = LocalServer.start(data, ProjectFiles.root().resolve("config/profiles/wedding-platform.yaml"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "wedding-1,    2026-11-20T12:00:00Z, P1_HIGH,     menu,       standard",
        "wedding-1,    2026-11-20T12:00:00Z, P1_HIGH,     guest-list, elevated",
        "wedding-1,    2026-11-21T12:00:00Z, P1_HIGH,     menu,       elevated",
        "wedding-1,    2026-11-21T12:00:00Z, P1_HIGH,     guest-list, critical",
        "wedding-1,    2026-11-20T12:00:00Z, P0_CRITICAL, menu,       critical",
        "wedding-4711, 2026-11-20T12:00:00Z, P4_INFO,     menu,       critical"
    })
    void namesTheLaneOfTheScoreInReceiptsAndAnswers(
            String stream, String time, Severity severity, String resourceType, String lane) throws Exception {
        AuditEvent event = AuditEvent.builder("acme", "user-1", "read").time(Instant.parse(time)).stream(stream)
                .severity(severity)
                .resource(resourceType, "1")
                .build();

        AuditEvent overTcp = event.withId(UUID.randomUUID());
        try (FrameClient client = FrameClient.welcomed(server.tcpPort())) {
            Receipt receipt = client.exchange(Tier.SYNCED, FrameClient.binary(overTcp))
                    .get(0)
                    .receipt();
            assertThat(receipt.lane().text()).isEqualTo(lane);
        }
        HttpCaller http = server.http();
        byte[] json = Facts.json(event.withId(UUID.randomUUID())).getBytes(StandardCharsets.UTF_8);
        HttpCaller.Answer posted = http.post("/v1/events", "application/json", json);
        assertThat(posted.json().at("receipts").elements().get(0).text("lane")).isEqualTo(lane);
        assertThat(http.event(overTcp.id()).text("lane")).isEqualTo(lane);
    }
}
