package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Receipt;
import io.evident.event.Tier;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Follows a server that is written to, over connections that break. */
class FollowIT {
    private static final int BATCHES = 40;
    private static final int BATCH_EVENTS = 25;

    @TempDir
    private Path data;

    private final Map<UUID, AuditEvent> sent = new HashMap<>();
    private final List<Receipt> receipts = new ArrayList<>();
    private final List<JsonTree> followed = new ArrayList<>();

    /** One connection that follows. */
    private static final class Following implements AutoCloseable {
        private final RawHttp connection;
        private String position;

        Following(int port, String position) throws IOException {
            this.position = position;
            connection = new RawHttp(port);
            connection.send("GET /v1/events/follow HTTP/1.1\r\nHost: evident\r\n"
                    + (position == null ? "" : "Last-Event-ID: " + position + "\r\n") + "\r\n");
            assertThat(connection.line()).startsWith("HTTP/1.1 200");
            String line = connection.line();
            while (!line.isEmpty()) {
                line = connection.line();
            }
        }

        JsonTree next() throws IOException {
            while (true) {
                String line = connection.line();
                if (line.startsWith("id: ")) {
                    position = line.substring(4);
                } else if (line.startsWith("data: ") && !line.contains("eventsBehind")) {
                    return JsonTree.parse(line.substring(6).getBytes(StandardCharsets.UTF_8));
                }
            }
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    @Test
    void getsEveryEventOnceInTheOrderOfItsShardAlsoWhenItComesBack() throws Exception {
        Random random = new Random(11);
        String position = null;
        try (LocalServer server = LocalServer.start(data)) {
            send(server, random, 1);
            try (Following first = new Following(server.httpPort(), null)) {
                // Follows from the end: what was there before does not come.
                sent.clear();
                receipts.clear();
                send(server, random, BATCHES);
                readUpTo(first, BATCHES * BATCH_EVENTS / 3);
                position = first.position;
            }
            send(server, random, BATCHES);
            try (Following second = new Following(server.httpPort(), position)) {
                readUpTo(second, sent.size() - 100);
                position = second.position;
            }
        }
        // The position outlives the server.
        try (LocalServer server = LocalServer.start(data);
                Following third = new Following(server.httpPort(), position)) {
            readUpTo(third, sent.size());
            send(server, random, 1);
            readUpTo(third, sent.size());
        }
        assertFollowedIsWhatWasSent();
    }

    private void send(LocalServer server, Random random, int batches) throws IOException {
        try (FrameClient client = FrameClient.welcomed(server.tcpPort())) {
            for (int b = 0; b < batches; b++) {
                byte[][] binaries = new byte[BATCH_EVENTS][];
                for (int i = 0; i < BATCH_EVENTS; i++) {
                    AuditEvent event = Load.event(random, "acme", sent.size());
                    sent.put(event.id(), event);
                    binaries[i] = FrameClient.binary(event);
                }
                client.exchange(Tier.JOURNALED, binaries).forEach(answer -> receipts.add(answer.receipt()));
            }
        }
    }

    private void readUpTo(Following following, int count) throws IOException {
        while (followed.size() < count) {
            followed.add(following.next());
        }
    }

    private void assertFollowedIsWhatWasSent() {
        Map<Long, List<Long>> sequences = new HashMap<>();
        for (JsonTree event : followed) {
            AuditEvent original = sent.get(UUID.fromString(event.text("id")));
            assertThat(Facts.supplied(event)).isEqualTo(Facts.supplied(original));
            sequences
                    .computeIfAbsent(event.at("shard").number(-1), shard -> new ArrayList<>())
                    .add(event.at("sequence").number(-1));
        }
        Map<Long, List<Long>> expected = new HashMap<>();
        receipts.forEach(receipt -> expected.computeIfAbsent((long) receipt.shard(), shard -> new ArrayList<>())
                .add(receipt.sequence()));
        expected.values().forEach(list -> list.sort(null));
        assertThat(sequences).isEqualTo(expected);
    }
}
