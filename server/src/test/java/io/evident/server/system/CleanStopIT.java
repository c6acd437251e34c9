package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.client.ClientClosedException;
import io.evident.client.NotSentException;
import io.evident.client.OutcomeUnknownException;
import io.evident.client.QueueFullException;
import io.evident.client.RefusedException;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM while clients send. */
class CleanStopIT {
    private static final Duration LONGEST_STOP = Duration.ofSeconds(20);

    @TempDir
    private Path data;

    private final Ledger ledger = new Ledger();

    @Test
    void answersOrLeavesUnknownWhatItTookAndKeepsWhatItAnswered() throws Exception {
        try (ServerProcess server = ServerProcess.start(data);
                Load journaled = new Load(server.tcpPort(), Tier.JOURNALED, "journaled", 1);
                Load synced = new Load(server.tcpPort(), Tier.SYNCED, "synced", 2)) {
            Awaitility.await().until(() -> journaled.receiptCount() > 500 && synced.receiptCount() > 500);
            server.stopCleanly();
            for (Load load : List.of(journaled, synced)) {
                load.stop(Duration.ofSeconds(1));
                assertEveryEventHasAnOutcome(load);
                ledger.add(load);
            }
        }
        assertEverySegmentIsSealed();
        try (ServerProcess server = ServerProcess.start(data)) {
            ledger.check(server.http().all(""), server.evidence());
            server.stopCleanly();
        }
    }

    @Test
    void doesNotWaitForConnectionsThatHaveNothingToSay() throws Exception {
        try (ServerProcess server = ServerProcess.start(data);
                FrameClient silent = FrameClient.silent(server.tcpPort());
                FrameClient idle = FrameClient.welcomed(server.tcpPort());
                FrameClient halfFrame = FrameClient.welcomed(server.tcpPort());
                RawHttp halfHeader = new RawHttp(server.httpUri().getPort());
                RawHttp halfBody = new RawHttp(server.httpUri().getPort());
                RawHttp follower = new RawHttp(server.httpUri().getPort())) {
            byte[] frame = FrameClient.batch(Tier.SYNCED, FrameClient.binary(Load.event(new Random(1), "acme", 1)));
            halfFrame.send(Arrays.copyOf(frame, frame.length - 1));
            halfHeader.send("POST /v1/events HTTP/1.1\r\nHost: evi");
            halfBody.send("POST /v1/events HTTP/1.1\r\nHost: evident\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 100\r\n\r\n{");
            follower.send("GET /v1/events/follow HTTP/1.1\r\nHost: evident\r\n\r\n");
            assertThat(follower.line()).contains("200");

            long begunTick = System.nanoTime();
            server.stopCleanly();
            assertThat(Duration.ofNanos(System.nanoTime() - begunTick)).isLessThan(LONGEST_STOP);
            for (FrameClient client : List.of(silent, idle, halfFrame)) {
                assertThat(client.farewell().reason()).isEqualTo(RefusalReason.UNAVAILABLE);
            }
        }
    }

    private static void assertEveryEventHasAnOutcome(Load load) {
        assertThat(load.receipts().size() + load.problems().size())
                .isEqualTo(load.sent().size());
        assertThat(load.problems().values()).allSatisfy(problem -> {
            if (problem instanceof RefusedException refused) {
                assertThat(refused.refusal().reason()).isEqualTo(RefusalReason.UNAVAILABLE);
            } else {
                assertThat(problem)
                        .isInstanceOfAny(
                                OutcomeUnknownException.class,
                                NotSentException.class,
                                QueueFullException.class,
                                ClientClosedException.class);
            }
        });
    }

    /** A sealed segment has the list of its blocks beside it, by which the next start knows it without reading it. */
    private void assertEverySegmentIsSealed() throws Exception {
        try (Stream<Path> files = Files.walk(data)) {
            List<Path> segments =
                    files.filter(file -> file.getParent().endsWith("segments")).toList();
            assertThat(segments)
                    .hasSize(4)
                    .allSatisfy(
                            segment -> assertThat(segment.resolve("blocks.idx")).exists());
        }
    }
}
