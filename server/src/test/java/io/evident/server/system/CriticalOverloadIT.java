package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Receipt;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import io.evident.event.Tier;
import io.evident.server.json.JsonTree;
import io.evident.server.system.FrameClient.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many CRITICAL events at once, and STANDARD ones between them, to lanes of the smallest size. */
class CriticalOverloadIT {
    private static final int SENDERS = 5;
    private static final int ROUNDS = 6;
    /** What all senders have under way at a time is less than the queue of the emergency path holds. */
    private static final int BATCH = 600;

    private static final int STANDARD_EACH = 3;

    @TempDir
    private Path data;

    private final ConcurrentLinkedDeque<AuditEvent> acknowledged = new ConcurrentLinkedDeque<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(SENDERS + 1);
    private LocalServer server;
    private volatile boolean sending = true;

    @BeforeEach
    void start() throws IOException {
        server = LocalServer.start(
                data,
                null,
                "shards=1",
                "lanes.criticalEvents=64",
                "emergency.stallMs=50",
                "lanes.elevatedEvents=64",
                "lanes.standardEvents=64",
                // The smallest: its files are written over again and again.
                "emergency.fileBytes=524288",
                "emergency.totalBytes=8388608");
    }

    @AfterEach
    void stop() throws InterruptedException {
        sending = false;
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        server.close();
    }

    private static AuditEvent event(int sender, int number) {
        boolean critical = number % STANDARD_EACH != 0;
        return AuditEvent.builder("acme", "user-" + sender, "document.read")
                .id(new UUID(0x4000L | (long) sender << 32, Long.MIN_VALUE | number))
                .timeNs(1_780_000_000_000_000_000L + number)
                .stream("sender-" + sender)
                .resource("document", "doc-" + number)
                .severity(critical ? Severity.P0_CRITICAL : Severity.P4_INFO)
                .attributes("{\"number\":" + number + "}")
                .build();
    }

    /** Sends batch after batch; returns the receipts in the order of sending. */
    private List<Receipt> send(int sender) throws IOException {
        List<Receipt> receipts = new ArrayList<>();
        try (FrameClient client = FrameClient.welcomed(server.tcpPort())) {
            for (int round = 0; round < ROUNDS; round++) {
                List<AuditEvent> events = new ArrayList<>();
                for (int i = 0; i < BATCH; i++) {
                    events.add(event(sender, round * BATCH + i));
                }
                byte[][] binaries = events.stream().map(FrameClient::binary).toArray(byte[][]::new);
                for (Answer answer : client.exchange(Tier.SYNCED, binaries)) {
                    AuditEvent event = events.get(answer.index());
                    if (answer.receipt() != null) {
                        receipts.add(answer.receipt());
                        acknowledged.add(event);
                    } else {
                        assertThat(event.severity()).as("%s", answer.refusal()).isEqualTo(Severity.P4_INFO);
                        assertThat(answer.refusal().reason()).isEqualTo(RefusalReason.LANE_FULL);
                    }
                }
            }
        }
        return receipts;
    }

    /** Asks for what was acknowledged last as long as it is sent; returns how often. */
    private int ask() throws IOException, InterruptedException {
        int asked = 0;
        while (sending) {
            AuditEvent last = acknowledged.peekLast();
            if (last != null) {
                assertThat(Facts.supplied(server.http().event(last.id()))).isEqualTo(Facts.supplied(last));
                HttpCaller.Answer page = server.http().get("/v1/events?limit=1000&order=desc");
                assertThat(page.status()).as(page.text()).isEqualTo(200);
                assertThat(page.json().at("events").elements())
                        .extracting(each -> each.text("id"))
                        .doesNotHaveDuplicates();
                asked++;
            }
        }
        return asked;
    }

    @Test
    void contract5_refusesNoCriticalEventForLoadAndStoresEachOnceAndInOrder() throws Exception {
        List<Future<List<Receipt>>> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            int sender = i;
            senders.add(threads.submit(() -> send(sender)));
        }
        Future<Integer> reader = threads.submit((Callable<Integer>) this::ask);
        List<List<Receipt>> receipts = new ArrayList<>();
        for (Future<List<Receipt>> sender : senders) {
            receipts.add(sender.get());
        }
        sending = false;
        assertThat(reader.get()).isPositive();

        long critical = acknowledged.stream()
                .filter(event -> event.severity() == Severity.P0_CRITICAL)
                .count();
        assertThat(critical).isEqualTo((long) SENDERS * ROUNDS * BATCH * (STANDARD_EACH - 1) / STANDARD_EACH);
        JsonTree emergency = awaitFolded();
        assertThat(emergency.at("events").number(0)).as("took the path").isPositive();
        assertThat(emergency.at("workingCopies").number(0)).isEqualTo(1);
        assertStored(receipts);
    }

    private JsonTree awaitFolded() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(
                        () -> server.http()
                                .get("/health/detailed")
                                .json()
                                .at("shards")
                                .elements()
                                .get(0)
                                .at("emergency"),
                        each -> each.at("unfoldedEvents").number(-1) == 0
                                && !each.at("active").isTrue());
    }

    private void assertStored(List<List<Receipt>> receipts) throws IOException, InterruptedException {
        List<JsonTree> stored = server.http().all("");
        assertThat(stored)
                .extracting(each -> each.at("sequence").number(-1))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, stored.size()).boxed().toList());
        Map<String, JsonTree> byId = stored.stream().collect(Collectors.toMap(each -> each.text("id"), each -> each));
        assertThat(byId.keySet())
                .containsExactlyInAnyOrderElementsOf(acknowledged.stream()
                        .map(event -> event.id().toString())
                        .toList());
        for (AuditEvent event : acknowledged) {
            assertThat(Facts.supplied(byId.get(event.id().toString()))).isEqualTo(Facts.supplied(event));
        }
        for (List<Receipt> ofSender : receipts) {
            assertThat(ofSender.stream()
                            .map(receipt -> byId.get(receipt.id().toString()))
                            .filter(each -> each.text("lane").equals("critical"))
                            .map(each -> each.at("sequence").number(-1))
                            .toList())
                    .as("contract 4: the order of one connection, stream and lane")
                    .isSorted();
            ofSender.stream()
                    .filter(Receipt::hasSequence)
                    .forEach(receipt -> assertThat(
                                    Facts.identity(byId.get(receipt.id().toString())))
                            .isEqualTo(Facts.identity(receipt)));
        }
    }
}
