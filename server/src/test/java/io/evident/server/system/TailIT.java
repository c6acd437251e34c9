package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Tier;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evident tail} beside a server that is written to. */
class TailIT {
    private static final int EVENTS = 200;

    @TempDir
    private Path data;

    private final Random random = new Random(12);
    private final List<AuditEvent> sent = new ArrayList<>();

    @Test
    void showsWhatIsThereAndFollowsWhatIsWrittenWhileTheServerIsAtWork() throws Exception {
        try (LocalServer server = LocalServer.start(data)) {
            send(server);
            try (EvidentProcess tail = EvidentProcess.start(
                    "tail", "--data", data.toString(), "-f", "-n", String.valueOf(EVENTS), "--json")) {
                List<String> shown = new ArrayList<>();
                readUpTo(tail, shown, EVENTS);
                send(server);
                readUpTo(tail, shown, 2 * EVENTS);

                assertThat(shown)
                        .containsExactlyInAnyOrderElementsOf(
                                sent.stream().map(Facts::supplied).toList());
                assertThat(tail.err()).isEmpty();
            }
            send(server);
            assertThat(server.http().all("")).hasSize(3 * EVENTS);
        }
    }

    private void send(LocalServer server) throws IOException {
        byte[][] binaries = new byte[EVENTS][];
        for (int i = 0; i < EVENTS; i++) {
            AuditEvent event = Load.event(random, "acme", sent.size());
            sent.add(event);
            binaries[i] = FrameClient.binary(event);
        }
        try (FrameClient client = FrameClient.welcomed(server.tcpPort())) {
            assertThat(client.exchange(Tier.JOURNALED, binaries)).allMatch(answer -> answer.receipt() != null);
        }
    }

    private static void readUpTo(EvidentProcess tail, List<String> shown, int count) throws Exception {
        while (shown.size() < count) {
            String line = tail.nextLine();
            assertThat(line).as("line %s; %s", shown.size(), tail.err()).isNotNull();
            shown.add(Facts.supplied(JsonTree.parse(line.getBytes(StandardCharsets.UTF_8))));
        }
    }
}
