package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Tier;
import io.evident.server.json.JsonTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is found by the very next question, while others write. */
class ReadYourWritesIT {
    private static final long PAUSE_OF_OTHERS_MS = 20;
    private static final int EVENTS = 100;

    @TempDir
    private Path data;

    @Test
    void contract8_findsAnEventAsSoonAsItsJournaledReceiptIsThere() throws Exception {
        Random random = new Random(8);
        try (LocalServer server = LocalServer.start(data);
                FrameClient tcp = FrameClient.welcomed(server.tcpPort());
                Load others = new Load(server.tcpPort(), Tier.JOURNALED, "others", 9, PAUSE_OF_OTHERS_MS)) {
            Awaitility.await().until(() -> others.receiptCount() > 0);
            HttpCaller http = server.http();
            for (int i = 0; i < EVENTS; i++) {
                AuditEvent event = Load.event(random, "acme", i);
                String identity;
                if (i % 2 == 0) {
                    identity = Facts.identity(tcp.exchange(Tier.JOURNALED, FrameClient.binary(event))
                            .get(0)
                            .receipt());
                } else {
                    byte[] json = Facts.json(event).getBytes(StandardCharsets.UTF_8);
                    JsonTree answer = http.post("/v1/events?tier=journaled", "application/json", json)
                            .json();
                    identity = Facts.identity(answer.at("receipts").elements().get(0));
                }
                assertThat(Facts.identity(http.event(event.id()))).isEqualTo(identity);
                List<JsonTree> ofTenant = http.all("tenant=acme");
                assertThat(ofTenant)
                        .hasSize(i + 1)
                        .anyMatch(found -> Facts.identity(found).equals(identity));
            }
            others.stop(Duration.ofSeconds(20));
            assertThat(others.problems()).isEmpty();
            assertThat(http.all("tenant=others")).hasSize(others.receiptCount());
        }
    }
}
