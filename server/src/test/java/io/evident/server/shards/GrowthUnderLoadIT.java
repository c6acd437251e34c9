package io.evident.server.shards;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventField;
import io.evident.event.Tier;
import io.evident.pipeline.admission.Intake;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.control.ResizeAnswer;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.query.LiveTail;
import io.evident.pipeline.query.StoredEvent;
import io.evident.storage.ReadOnlyDataDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Growing and shrinking again and again, with senders, askers and followers at work all the while. */
class GrowthUnderLoadIT {
    private static final int SENDERS = 3;
    private static final int STREAMS_EACH = 8;
    private static final int[] SIZES = {2, 3, 8, 5, 1, 9, 4};
    private static final int MOST_UNANSWERED = 500;

    @TempDir
    private Path folder;

    /** What one connection has sent: streams of its own, and their numbers in order. */
    private static final class Sender implements Callable<Integer> {
        private final GrowingServer server;
        private final int number;
        private final AtomicBoolean over;
        private final SentEvents sent = new SentEvents();
        private final Intake intake = GrowingServer.intake();
        private volatile int begun;

        Sender(GrowingServer server, int number, AtomicBoolean over) {
            this.server = server;
            this.number = number;
            this.over = over;
        }

        AuditEvent event(int index) {
            return GrowingServer.event(stream(index), id(index));
        }

        String stream(int index) {
            return "s" + number + "-" + index % STREAMS_EACH;
        }

        long id(int index) {
            return number * 100_000_000L + index;
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // One thread at a time counts.
        void oneMore() {
            begun++;
        }

        @Override
        public Integer call() throws Exception {
            while (!over.get()) {
                server.offer(intake, event(begun), begun % 5 == 0 ? Tier.SYNCED : Tier.JOURNALED, sent, begun);
                oneMore();
                while (begun - sent.count() > MOST_UNANSWERED) {
                    Thread.onSpinWait();
                }
            }
            return begun;
        }
    }

    /** Remembers what it is told, per stream. */
    private static final class Follower implements LiveTail.Follower {
        private final List<Long> ids = new ArrayList<>();
        private String position;
        private int most = Integer.MAX_VALUE;

        @Override
        public synchronized boolean isReady() {
            return ids.size() < most;
        }

        @Override
        public synchronized void event(StoredEvent event, String at) {
            ids.add(idOf(event.event().text(EventField.RESOURCE_ID)));
            position = at;
        }

        @Override
        public void lag(long eventsBehind) {}

        @Override
        public void flush() {}

        synchronized List<Long> ids() {
            return List.copyOf(ids);
        }

        synchronized String position() {
            return position;
        }

        synchronized void takeNoMore() {
            most = ids.size();
        }
    }

    private static long idOf(String resource) {
        return Long.parseLong(resource.substring("doc-".length()));
    }

    @Test
    void contracts3And4And8_holdAndNothingIsRefusedWhileShardsComeAndGo() throws Exception {
        Path directory = folder.resolve("data");
        List<Sender> senders = new ArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(SENDERS + 1);
        try (GrowingServer server = GrowingServer.start(directory, 2)) {
            EventFilter all = EventFilter.all(TenantScope.only("acme"));
            Follower whole = new Follower();
            server.tail.follow(all, null, whole);
            Follower broken = new Follower();
            LiveTail.Following following = server.tail.follow(all, null, broken);
            List<Future<Integer>> running = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                senders.add(new Sender(server, i + 1, over));
                running.add(threads.submit(senders.get(i)));
            }
            Future<Integer> asked = threads.submit(() -> ask(server, senders.get(0), over));

            int epoch = 1;
            for (int size : SIZES) {
                awaitMore(senders, 400);
                if (size == 8) {
                    broken.takeNoMore();
                    following.close();
                }
                ResizeAnswer answer = server.resize(size);
                if (size == 5) {
                    // With a position of fewer shards than there are now.
                    broken.most = Integer.MAX_VALUE;
                    server.tail.follow(all, broken.position(), broken);
                }
                epoch += size == 2 ? 0 : 1;
                assertThat(answer)
                        .isInstanceOfSatisfying(
                                ResizeAnswer.Done.class,
                                done -> assertThat(done.shards()).isEqualTo(size));
                assertThat(((ResizeAnswer.Done) answer).epoch()).isEqualTo(epoch);
            }
            awaitMore(senders, 400);
            over.set(true);
            int events = 0;
            for (Future<Integer> each : running) {
                events += each.get(60, TimeUnit.SECONDS);
            }
            assertThat(asked.get(60, TimeUnit.SECONDS)).as("answers looked at").isPositive();
            assertThat(server.pipeline.awaitEmpty(60_000)).isTrue();

            requireNoRefusal(senders);
            requireBalance(server, events);
            int expected = events;
            Awaitility.await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
                assertThat(whole.ids()).as("the live tail").hasSize(expected);
                assertThat(broken.ids()).as("the live tail, resumed").hasSize(expected);
            });
            assertThat(whole.ids()).as("none repeated").doesNotHaveDuplicates();
            assertThat(broken.ids()).as("none repeated").doesNotHaveDuplicates();
        } finally {
            over.set(true);
            threads.shutdown();
        }
        requireOrder(directory, senders);
        restartShrinkAndGrow(directory, senders);
    }

    private static void awaitMore(List<Sender> senders, int each) {
        List<Integer> before =
                senders.stream().map(sender -> sender.sent.count()).toList();
        Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> {
            for (int i = 0; i < senders.size(); i++) {
                if (senders.get(i).sent.count() < before.get(i) + each) {
                    return false;
                }
            }
            return true;
        });
    }

    /** Contract 8: what is acknowledged is in the next answer, cached or not. */
    private static int ask(GrowingServer server, Sender sender, AtomicBoolean over) throws Exception {
        int looks = 0;
        while (!over.get()) {
            int stream = looks % STREAMS_EACH;
            List<Long> acknowledged = new ArrayList<>();
            for (int index = stream; index < Math.min(sender.begun, 2_000); index += STREAMS_EACH) {
                if (sender.sent.answer(index) != null) {
                    acknowledged.add(sender.id(index));
                }
            }
            List<Long> found = server.query(sender.stream(stream)).stream()
                    .map(stored -> idOf(stored.event().text(EventField.RESOURCE_ID)))
                    .toList();
            assertThat(found).as("contract 8").containsAll(acknowledged).doesNotHaveDuplicates();
            looks++;
        }
        return looks;
    }

    private static void requireNoRefusal(List<Sender> senders) {
        for (Sender sender : senders) {
            assertThat(sender.sent.count()).isEqualTo(sender.begun);
            assertThat(sender.sent.all()).allMatch(answer -> answer.refusal() == null);
            assertThat(sender.sent.all()).noneMatch(SentEvents.Answer::duplicate);
        }
    }

    /** Contract 3. */
    private static void requireBalance(GrowingServer server, int events) {
        assertThat(server.pipeline.ledger().total(LaneCounters::inFlight)).isZero();
        assertThat(server.pipeline.ledger().total(LaneCounters::refused)).isZero();
        long changes = SIZES.length - 1L;
        assertThat(server.pipeline.ledger().total(LaneCounters::stored)).isEqualTo(changes + events);
        long inJournals = server.shards.overview().shards().stream()
                .mapToLong(shard -> shard.events())
                .sum();
        assertThat(inJournals).isEqualTo(changes + events);
    }

    private record Place(int epoch, long sequence, int shard, long id) {}

    /** Contract 4: by (epoch, sequence), each stream is in the order in which it was sent. */
    private static void requireOrder(Path directory, List<Sender> senders) throws Exception {
        Map<String, List<Place>> places = new HashMap<>();
        ReadOnlyDataDirectory data = ReadOnlyDataDirectory.open(directory);
        int epochs = 0;
        for (int shard : data.shards()) {
            try (ReadOnlyDataDirectory.VerifiedShard verified = data.verify(shard)) {
                assertThat(verified.report().damage()).isEmpty();
                BlockSource blocks = verified.blocks();
                long next = 0;
                for (int i = 0; i < blocks.blockCount(); i++) {
                    BlockInfo block = blocks.block(i);
                    assertThat(block.firstSequence()).as("contract 4: no gap").isEqualTo(next);
                    next = block.lastSequence() + 1;
                    epochs = Math.max(epochs, block.epoch());
                    BlockReader reader = new BlockReader();
                    blocks.read(block, reader);
                    while (reader.next()) {
                        if (reader.event().text(EventField.TENANT).equals("acme")) {
                            places.computeIfAbsent(reader.event().text(EventField.STREAM), key -> new ArrayList<>())
                                    .add(new Place(
                                            block.epoch(),
                                            reader.sequence(),
                                            shard,
                                            idOf(reader.event().text(EventField.RESOURCE_ID))));
                        }
                    }
                }
            }
        }
        assertThat(epochs).isEqualTo(SIZES.length);
        for (Sender sender : senders) {
            for (int stream = 0; stream < STREAMS_EACH; stream++) {
                List<Long> sent = new ArrayList<>();
                for (int index = stream; index < sender.begun; index += STREAMS_EACH) {
                    sent.add(sender.id(index));
                }
                List<Long> stored = places.get(sender.stream(stream)).stream()
                        .sorted(Comparator.comparingInt(Place::epoch).thenComparingLong(Place::sequence))
                        .map(Place::id)
                        .toList();
                assertThat(stored).as(sender.stream(stream)).isEqualTo(sent);
            }
        }
    }

    /** It grew to nine shards and has four: after a restart all is found, known again, and it grows on. */
    private static void restartShrinkAndGrow(Path directory, List<Sender> senders) throws Exception {
        try (GrowingServer server = GrowingServer.start(directory, 2)) {
            assertThat(server.found.findings()).isEmpty();
            assertThat(server.shards.overview().active()).isEqualTo(4);
            assertThat(server.shards.overview().shards()).hasSize(9);
            Sender first = senders.get(0);
            int last = first.begun - 1;
            SentEvents.Answer again = server.send(first.event(last), Tier.SYNCED);
            assertThat(again.duplicate()).isTrue();
            assertThat(again.shard()).isEqualTo(first.sent.answer(last).shard());
            assertThat(server.resize(2)).isInstanceOf(ResizeAnswer.Done.class);
            assertThat(server.resize(10)).isInstanceOf(ResizeAnswer.Done.class);
            for (Sender sender : senders) {
                SentEvents.Answer fresh = server.send(sender.event(sender.begun), Tier.SYNCED);
                assertThat(fresh.refusal()).isNull();
                sender.oneMore();
                for (int stream = 0; stream < STREAMS_EACH; stream++) {
                    assertThat(server.query(sender.stream(stream)))
                            .hasSize((sender.begun - stream + STREAMS_EACH - 1) / STREAMS_EACH);
                }
            }
        }
    }
}
