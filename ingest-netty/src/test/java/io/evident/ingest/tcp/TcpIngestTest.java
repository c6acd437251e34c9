package io.evident.ingest.tcp;

import static io.evident.ingest.TestEvents.binary;
import static io.evident.ingest.TestEvents.event;
import static io.evident.ingest.TestEvents.id;
import static io.evident.ingest.tcp.TcpClient.batch;
import static io.evident.ingest.tcp.TcpClient.hello;
import static io.evident.ingest.tcp.TcpClient.rawBatch;
import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import io.evident.event.Tier;
import io.evident.event.wire.Welcome;
import io.evident.ingest.IngestConfig;
import io.evident.ingest.ScriptedIntake.Offer;
import io.evident.ingest.TcpLimits;
import io.evident.ingest.TestEvents;
import io.evident.ingest.TestServer;
import io.evident.ingest.tcp.TcpClient.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TcpIngestTest {
    private TestServer server = TestServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    private void restart(TcpLimits limits) {
        server.close();
        server = TestServer.withTcp(limits);
    }

    private static TcpLimits window(int events) {
        return new TcpLimits(1 << 20, 1_000, events, 5_000, 5_000, 60_000, 5_000);
    }

    private static AuditEvent[] events(int count) {
        return IntStream.range(0, count).mapToObj(TestEvents::event).toArray(AuditEvent[]::new);
    }

    @Test
    void tellsItsLimitsInTheWelcome() throws Exception {
        try (TcpClient client = new TcpClient(server)) {
            client.send(hello());
            assertThat(client.welcome()).isEqualTo(new Welcome(1, 1 << 20, 1_000, 16_384, "evident"));
        }
    }

    @Test
    void answersAnEventWithItsReceipt() throws Exception {
        try (TcpClient client = TcpClient.welcomed(server)) {
            client.send(batch(77, Tier.JOURNALED, event(5)));
            Answer answer = client.answers(1).get(0);
            assertThat(answer.correlationId()).isEqualTo(77);
            assertThat(answer.receipt().id()).isEqualTo(id(5));
            assertThat(answer.receipt().tier()).isEqualTo(Tier.JOURNALED);
            assertThat(answer.receipt().shard()).isEqualTo(3);
            assertThat(answer.receipt().lane()).isEqualTo(Lane.STANDARD);
            assertThat(server.intake.offers).hasSize(1);
            assertThat(server.intake.offers.get(0).event).isEqualTo(event(5));
            assertThat(server.intake.offers.get(0).tier).isEqualTo(Tier.JOURNALED);
        }
    }

    @Test
    void recordsHowLongEachReceiptTookByTierAndLane() throws Exception {
        try (TcpClient client = TcpClient.welcomed(server)) {
            client.send(batch(1, Tier.JOURNALED, event(0), event(1)));
            client.send(batch(2, Tier.SYNCED, event(2)));
            assertThat(client.answers(3)).allMatch(answer -> answer.receipt() != null);
        }
        Awaitility.await().untilAsserted(() -> {
            assertThat(server.receipts(Tier.JOURNALED, Lane.STANDARD)).isEqualTo(2);
            assertThat(server.receipts(Tier.SYNCED, Lane.STANDARD)).isOne();
            assertThat(server.receipts(Tier.SYNCED, Lane.CRITICAL)).isZero();
        });
    }

    @Test
    void contract5_answersACriticalEventBeforeTheFramesOfOthersThatWaitToBeRead() throws Exception {
        server.close();
        // One network thread: both connections are its own.
        server = TestServer.with(c -> new IngestConfig(
                c.httpAddress(), c.tcpAddress(), 1, c.maxConnections(), c.http(), c.tcp(), c.queries()));
        CountDownLatch answered = new CountDownLatch(1);
        AtomicLong answeredInTime = new AtomicLong();
        try (TcpClient urgent = TcpClient.welcomed(server);
                TcpClient other = TcpClient.welcomed(server)) {
            server.intake.script(Offer::hold);
            urgent.send(batch(
                    1,
                    Tier.JOURNALED,
                    TestEvents.builder(1).severity(Severity.P0_CRITICAL).build()));
            Offer critical = server.intake.nextHeld();
            server.intake.script(offer -> {
                if (offer.id().equals(id(2))) {
                    // As the shard's writer does meanwhile.
                    Thread writer = new Thread(critical::accept);
                    writer.start();
                    join(writer);
                } else {
                    answeredInTime.addAndGet(isReached(answered) ? 1 : 0);
                }
                offer.accept();
            });
            byte[] two = batch(2, Tier.JOURNALED, event(2));
            byte[] both = Arrays.copyOf(two, two.length * 2);
            System.arraycopy(batch(3, Tier.JOURNALED, event(3)), 0, both, two.length, two.length);
            other.send(both);
            assertThat(urgent.answers(1).get(0).receipt().lane()).isEqualTo(Lane.CRITICAL);
            answered.countDown();
            assertThat(other.answers(2)).hasSize(2);
        }
        assertThat(answeredInTime.get()).isOne();
    }

    private static boolean isReached(CountDownLatch latch) {
        try {
            return latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void leavesTheTierToTheLanesWhenTheBatchNamesNone() throws Exception {
        server.intake.standardTier = Tier.JOURNALED;
        try (TcpClient client = TcpClient.welcomed(server)) {
            client.send(batch(1, null, event(5)));
            assertThat(client.answers(1).get(0).receipt().tier()).isEqualTo(Tier.JOURNALED);
            assertThat(server.intake.offers.get(0).tier).isNull();
        }
    }

    @Test
    void answersEveryEventOfAFullBatchOnceAndInOrder() throws Exception {
        try (TcpClient client = TcpClient.welcomed(server)) {
            client.send(batch(1, Tier.SYNCED, events(1_000)));
            assertThat(client.answers(1_000).stream().map(Answer::index))
                    .containsExactlyElementsOf(IntStream.range(0, 1_000).boxed().toList());
        }
    }

    @Test
    void refusesOnlyTheBadEventOfABatch() throws Exception {
        byte[] bad = binary(event(1));
        bad[2] = 99;
        try (TcpClient client = TcpClient.welcomed(server)) {
            client.send(rawBatch(4, Tier.SYNCED, binary(event(0)), bad, new byte[3], binary(event(3))));
            List<Answer> answers = client.answers(4);
            assertThat(answers)
                    .filteredOn(a -> a.refusal() != null)
                    .extracting(Answer::index)
                    .containsExactly(1, 2);
            assertThat(answers)
                    .filteredOn(a -> a.refusal() != null)
                    .allMatch(a -> a.refusal().reason() == RefusalReason.MALFORMED);
            assertThat(server.intake.offers.stream().map(o -> o.event)).containsExactly(event(0), event(3));
            assertThat(server.intake.refusals).hasSize(2);
            client.send(batch(5, Tier.SYNCED, event(6)));
            assertThat(client.answers(1).get(0).receipt().id()).isEqualTo(id(6));
        }
    }

    @Test
    void answersFromOtherThreadsReachTheClientOnceEach() throws Exception {
        long seed = 20261122;
        Random random = new Random(seed);
        server.intake.script(Offer::hold);
        ExecutorService writers = Executors.newFixedThreadPool(3);
        try (TcpClient client = TcpClient.welcomed(server)) {
            for (int b = 0; b < 20; b++) {
                client.send(batch(b, Tier.SYNCED, events(50)));
            }
            List<Offer> held = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                held.add(server.intake.nextHeld());
            }
            Collections.shuffle(held, random);
            for (Offer offer : held) {
                boolean refused = random.nextInt(10) == 0;
                writers.execute(() -> {
                    if (refused) {
                        offer.refuse(RefusalReason.LANE_FULL);
                    } else {
                        offer.accept();
                    }
                });
            }
            List<Answer> answers = client.answers(1_000);
            assertThat(answers.stream().map(a -> a.correlationId() * 1_000 + a.index()))
                    .as("seed " + seed)
                    .doesNotHaveDuplicates()
                    .hasSize(1_000);
            client.send(batch(99, Tier.SYNCED, event(1)));
            server.intake.nextHeld().accept();
            assertThat(client.answers(1).get(0).correlationId()).isEqualTo(99);
        } finally {
            writers.shutdown();
            assertThat(writers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aCriticalEventDoesNotWaitForTheOthersOfItsBatch() throws Exception {
        AuditEvent critical =
                TestEvents.builder(2).severity(Severity.P0_CRITICAL).build();
        server.intake.script(offer -> {
            if (offer.event.severity() == Severity.P0_CRITICAL) {
                offer.accept();
            } else {
                offer.hold();
            }
        });
        try (TcpClient client = TcpClient.welcomed(server)) {
            client.send(batch(1, Tier.SYNCED, event(0), event(1), critical));
            Answer first = client.answers(1).get(0);
            assertThat(first.index()).isEqualTo(2);
            assertThat(first.receipt().lane()).isEqualTo(Lane.CRITICAL);
            server.intake.nextHeld().accept();
            server.intake.nextHeld().accept();
            assertThat(client.answers(2)).extracting(Answer::index).containsExactlyInAnyOrder(0, 1);
        }
    }

    @Test
    void contract7_refusesTheEventBeyondTheWindowAndTakesTheNextWhenThereIsRoom() throws Exception {
        restart(window(4));
        server.intake.script(Offer::hold);
        try (TcpClient client = TcpClient.welcomed(server)) {
            client.send(batch(1, Tier.SYNCED, events(4)));
            client.send(batch(2, Tier.SYNCED, event(4)));
            Answer refused = client.answers(1).get(0);
            assertThat(refused.correlationId()).isEqualTo(2);
            assertThat(refused.refusal().reason()).isEqualTo(RefusalReason.RATE_LIMITED);
            server.intake.nextHeld().accept();
            assertThat(client.answers(1).get(0).receipt().id()).isEqualTo(id(0));
            client.send(batch(3, Tier.SYNCED, event(5)));
            for (int i = 0; i < 4; i++) {
                server.intake.nextHeld().accept();
            }
            assertThat(client.answers(4)).allMatch(a -> a.receipt() != null);
            assertThat(server.intake.offers).hasSize(5);
        }
    }

    @Test
    void readsFramesThatAreCutAtEveryByte() throws Exception {
        byte[] all = concat(hello(), batch(1, Tier.SYNCED, event(0), event(1)), batch(2, Tier.SYNCED, event(2)));
        for (int cut = 1; cut < all.length; cut++) {
            try (TcpClient client = new TcpClient(server)) {
                client.send(Arrays.copyOfRange(all, 0, cut));
                client.send(Arrays.copyOfRange(all, cut, all.length));
                client.welcome();
                assertThat(client.answers(3)).as("cut at %d", cut).allMatch(a -> a.receipt() != null);
            }
        }
    }

    @Test
    void readsAFrameThatComesByteByByte() throws Exception {
        try (TcpClient client = TcpClient.welcomed(server)) {
            for (byte b : batch(1, Tier.SYNCED, event(0))) {
                client.send(new byte[] {b});
            }
            assertThat(client.answers(1).get(0).receipt().id()).isEqualTo(id(0));
            Awaitility.await()
                    .untilAsserted(() -> assertThat(server.intake.flushed).hasSize(1));
        }
    }

    private static byte[] concat(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(p -> p.length).sum();
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    @Test
    void readsNoMoreFromAClientThatLeavesItsAnswersUnreadAndGoesOnWhenItReads() throws Exception {
        restart(new TcpLimits(1 << 20, 1_000, 1 << 20, 5_000, 30_000, 60_000, 30_000));
        // One turn of the event loop may read a megabyte before the first answer is written: here are five turns.
        int batches = 1_000;
        byte[] frame = rawBatch(1, Tier.SYNCED, new byte[1_000][1]);
        try (TcpClient client = TcpClient.welcomed(server)) {
            Thread sender = new Thread(() -> {
                try {
                    for (int i = 0; i < batches; i++) {
                        client.send(frame);
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            sender.start();
            awaitStandstill();
            assertThat(server.intake.refusals.size()).isLessThan(batches * 1_000);
            client.answers(batches * 1_000);
            sender.join(10_000);
            assertThat(server.intake.refusals).hasSize(batches * 1_000);
        }
    }

    /** Waits until the door has got nothing new between two looks. */
    private void awaitStandstill() {
        int[] last = {-1};
        Awaitility.await().pollInterval(Duration.ofMillis(300)).until(() -> {
            int now = server.intake.refusals.size();
            boolean still = now == last[0] && now > 0;
            last[0] = now;
            return still;
        });
    }

    @Test
    void cutsOffAClientThatLeavesItsAnswersUnreadForTooLong() throws Exception {
        restart(new TcpLimits(1 << 20, 1_000, 1 << 20, 5_000, 30_000, 60_000, 300));
        byte[] frame = batch(1, Tier.SYNCED, events(1_000));
        try (TcpClient client = TcpClient.welcomed(server)) {
            Thread sender = new Thread(() -> {
                try {
                    while (true) {
                        client.send(frame);
                    }
                } catch (IOException expected) {
                    // The server closes the connection while we send.
                }
            });
            sender.start();
            sender.join(30_000);
            assertThat(sender.isAlive()).isFalse();
        }
        server.awaitNoConnections();
    }

    @Test
    void dropsTheAnswersOfAClientThatHasGone() throws Exception {
        server.intake.script(Offer::hold);
        try (TcpClient client = TcpClient.welcomed(server)) {
            client.send(batch(1, Tier.SYNCED, events(10)));
            server.intake.nextHeld().accept();
        }
        server.awaitNoConnections();
        for (int i = 0; i < 9; i++) {
            server.intake.nextHeld().accept();
        }
        try (TcpClient client = TcpClient.welcomed(server)) {
            client.send(batch(2, Tier.SYNCED, event(1)));
            server.intake.nextHeld().accept();
            assertThat(client.answers(1).get(0).correlationId()).isEqualTo(2);
        }
    }

    @Test
    void answersWhatItReadBeforeItCloses() throws Exception {
        server.intake.script(Offer::hold);
        try (TcpClient client = TcpClient.welcomed(server)) {
            client.send(batch(1, Tier.SYNCED, events(2)));
            Offer first = server.intake.nextHeld();
            Offer second = server.intake.nextHeld();
            server.server.stopIntake();
            first.accept();
            assertThat(client.answers(1).get(0).index()).isZero();
            Thread late = new Thread(second::accept);
            Thread closer = new Thread(server::close);
            closer.start();
            late.start();
            assertThat(client.answers(1).get(0).index()).isEqualTo(1);
            assertThat(client.farewell().reason()).isEqualTo(RefusalReason.UNAVAILABLE);
            client.socket.close();
            closer.join(10_000);
            late.join(10_000);
        }
    }

    @Test
    void servesManyConnectionsAtOnce() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            List<java.util.concurrent.Future<Integer>> counts = new ArrayList<>();
            for (int c = 0; c < 8; c++) {
                counts.add(clients.submit(() -> {
                    try (TcpClient client = TcpClient.welcomed(server)) {
                        int answered = 0;
                        for (int b = 0; b < 50; b++) {
                            client.send(batch(b, Tier.SYNCED, events(20)));
                            answered += client.answers(20).size();
                        }
                        return answered;
                    }
                }));
            }
            for (var count : counts) {
                assertThat(count.get()).isEqualTo(1_000);
            }
            assertThat(server.intake.offers).hasSize(8_000);
        } finally {
            clients.shutdown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void contract5_readsSoLittleOfAFloodInATurnThatACriticalEventOfAnotherConnectionGetsThrough() throws Exception {
        server.close();
        server = TestServer.with(c -> new IngestConfig(
                c.httpAddress(), c.tcpAddress(), 1, c.maxConnections(), c.http(), window(1 << 20), c.queries()));
        int padding = 8_000;
        AuditEvent padded = TestEvents.builder(0)
                .attributes("{\"p\":\"" + "x".repeat(padding) + "\"}")
                .build();
        AtomicLong sent = new AtomicLong();
        CountDownLatch holding = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        server.intake.script(offer -> {
            // By then the kernel has made the sockets' buffers as large as it does for a flood.
            if (server.intake.offers.size() == 2_000) {
                holding.countDown();
                await(released);
            }
            if (offer.tier != Tier.ACCEPTED) {
                offer.accept();
            }
        });
        ExecutorService sender = Executors.newSingleThreadExecutor();
        try (TcpClient flood = TcpClient.welcomed(server);
                TcpClient other = TcpClient.welcomed(server)) {
            byte[] frame = batch(1, Tier.ACCEPTED, padded, padded, padded, padded);
            var ended = sender.submit(() -> {
                while (!Thread.interrupted()) {
                    flood.send(frame);
                    sent.addAndGet(frame.length);
                }
                return null;
            });
            await(holding);
            other.send(batch(2, Tier.SYNCED, event(7)));
            long readBytes = 2_000L * padding;
            Awaitility.await().until(() -> sent.get() - readBytes > 1 << 20);
            released.countDown();

            assertThat(other.answers(1).get(0).receipt().id()).isEqualTo(id(7));
            List<AuditEvent> offered = Arrays.stream(server.intake.offers.toArray(Offer[]::new))
                    .map(offer -> offer.event)
                    .toList();
            long before = (offered.indexOf(event(7)) - 2_000L) * padding;
            assertThat(before).as("bytes of the flood before it").isBetween(0L, 256L << 10);
            flood.socket.close();
            Awaitility.await().until(ended::isDone);
        } finally {
            released.countDown();
            sender.shutdownNow();
        }
    }

    @Test
    void aQuestionOverHttpDoesNotWaitForTheNetworkThreadsOfTcp() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        server.close();
        server = TestServer.with(c -> new IngestConfig(
                c.httpAddress(), c.tcpAddress(), 1, c.maxConnections(), c.http(), c.tcp(), c.queries()));
        try (TcpClient client = TcpClient.welcomed(server)) {
            server.intake.script(offer -> {
                busy.countDown();
                await(goOn);
                offer.accept();
            });
            client.send(batch(1, Tier.SYNCED, event(1)));
            busy.await();
            InetSocketAddress http = server.server.httpAddress();
            HttpRequest question = HttpRequest.newBuilder(
                            URI.create("http://" + http.getHostString() + ":" + http.getPort() + "/health"))
                    .timeout(Duration.ofSeconds(20))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(question, BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
            goOn.countDown();
            assertThat(client.answers(1)).hasSize(1);
        } finally {
            goOn.countDown();
        }
    }
}
