package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.event.Tier;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More is stored than one answer may be long. */
class LargePagesIT {
    private static final int EVENTS = 300;

    @TempDir
    Path data;

    @Test
    void aPageThatWouldBeTooLongEndsEarlyWithACursorAndNothingIsLeftOut() throws Exception {
        try (LocalServer server = LocalServer.start(data)) {
            send(server);

            String cursor = "";
            int seen = 0;
            do {
                HttpCaller.Answer page = server.http().get("/v1/events?limit=1000" + cursor);
                assertThat(page.status()).as(page.text()).isEqualTo(200);
                seen += page.json().at("events").elements().size();
                String next = page.json().text("cursor");
                cursor = next == null ? "" : "&cursor=" + next;
            } while (!cursor.isEmpty());
            assertThat(seen).isEqualTo(EVENTS);
        }
    }

    private static void send(LocalServer server) throws IOException {
        try (FrameClient client = FrameClient.welcomed(server.tcpPort())) {
            for (int i = 0; i < EVENTS; i += 10) {
                byte[][] binaries = new byte[10][];
                for (int j = 0; j < binaries.length; j++) {
                    binaries[j] = FrameClient.binary(event(i + j));
                }
                client.exchange(Tier.JOURNALED, binaries);
            }
        }
    }

    private static AuditEvent event(int number) {
        return AuditEvent.builder("acme", "user-17", "document.read")
                .resource("document", "doc-" + number)
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P3_LOW)
                .attributes("{\"text\":\"" + "x".repeat(65_000) + "\"}")
                .build();
    }
}
