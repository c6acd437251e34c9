package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.admission.Intake;
import io.evident.pipeline.admission.Principal;
import io.evident.pipeline.fixture.Answer;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.MemoryJournal;
import io.evident.pipeline.fixture.RecordingSink;
import io.evident.pipeline.fixture.Road;
import io.evident.pipeline.ledger.LaneCounters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PipelineThreadsTest {
    private static final int PRODUCERS = 3;
    private static final int EVENTS_EACH = 3_000;

    @AfterEach
    void noThreadIsLeft() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(t ->
                                t.getName().startsWith("writer-") || t.getName().startsWith("committer-")));
    }

    /** Sends its events from a thread of its own; every third one is sent by all producers. */
    private static final class Producer {
        final RecordingSink sink = new RecordingSink();
        final List<AuditEvent> events = new ArrayList<>();
        final Thread thread;

        Producer(Road road, int number) {
            for (int i = 0; i < EVENTS_EACH; i++) {
                long id = i % 3 == 0 ? i : 1_000_000L * (number + 1) + i;
                events.add(
                        Events.of(Lane.values()[i % 3 == 0 ? 2 : i % 7 % 3], id).build());
            }
            thread = new Thread(() -> {
                Intake intake = new Intake(Principal.anonymous(), "192.0.2." + number, false);
                for (int i = 0; i < EVENTS_EACH; i++) {
                    road.pipeline
                            .intake()
                            .offer(
                                    intake,
                                    Events.view(events.get(i)),
                                    Tier.values()[i % 3],
                                    System.nanoTime(),
                                    1_000_000L,
                                    sink,
                                    i);
                    road.pipeline.intake().flush(EventIntake.ALL_SHARDS);
                }
            });
        }
    }

    @Test
    void everyEventIsAnsweredOnceAndWhatWasPromisedIsInTheJournal() throws Exception {
        Road road = Road.withThreads(Road.config(16, 16, 16), 2);
        List<Producer> producers = new ArrayList<>();
        for (int p = 0; p < PRODUCERS; p++) {
            producers.add(new Producer(road, p));
        }
        producers.forEach(producer -> producer.thread.start());
        for (Producer producer : producers) {
            producer.thread.join();
        }
        assertThat(road.pipeline.close(20_000)).isTrue();

        List<SortedMap<Long, AuditEvent>> stored =
                road.journals.stream().map(MemoryJournal::events).toList();
        boolean laneFull = false;
        for (Producer producer : producers) {
            assertThat(producer.sink.count()).isEqualTo(EVENTS_EACH);
            assertThat(producer.sink.unflushed()).isEmpty();
            long[] previous = new long[2 * Lane.count()];
            java.util.Arrays.fill(previous, -1);
            for (int i = 0; i < EVENTS_EACH; i++) {
                Answer answer = producer.sink.answer(i);
                laneFull |= answer.reason() == RefusalReason.LANE_FULL;
                if (!answer.isReceipt() || answer.tier() == Tier.ACCEPTED) {
                    continue;
                }
                assertThat(stored.get(answer.shard()).get(answer.sequence())).isEqualTo(producer.events.get(i));
                assertThat(answer.tier()).isGreaterThanOrEqualTo(Tier.values()[i % 3]);
                if (!answer.duplicate()) {
                    int lane = answer.shard() * Lane.count() + answer.lane().ordinal();
                    assertThat(answer.sequence()).as("contract 4: order").isGreaterThan(previous[lane]);
                    previous[lane] = answer.sequence();
                }
            }
        }
        assertThat(laneFull).as("the lanes were small enough to overflow").isTrue();
        assertThat(road.imbalances()).isEmpty();
        assertThat(road.pipeline.ledger().total(LaneCounters::inFlight)).isZero();
        assertThat(road.pipeline.ledger().total(LaneCounters::stored))
                .isEqualTo(stored.get(0).size() + stored.get(1).size());
        assertThat(stored.stream()
                        .flatMap(s -> s.values().stream())
                        .map(AuditEvent::id)
                        .distinct()
                        .count())
                .as("each id once")
                .isEqualTo(stored.get(0).size() + stored.get(1).size());
        for (int s = 0; s < 2; s++) {
            assertThat(stored.get(s).lastKey()).isEqualTo(stored.get(s).size() - 1L);
            assertThat(road.pipeline.shards().get(s).frontier().synced())
                    .isEqualTo(stored.get(s).lastKey());
        }
    }

    @Test
    void nothingIsLostOfWhatIsOfferedWhileTheRoadCloses() throws Exception {
        for (int round = 0; round < 15; round++) {
            Road road = Road.withThreads(Road.config(64, 64, 64), 1);
            RecordingSink sink = new RecordingSink();
            AtomicBoolean closed = new AtomicBoolean();
            int[] offered = new int[1];
            Thread producer = new Thread(() -> {
                Intake intake = new Intake(Principal.anonymous(), "x", false);
                while (!closed.get()) {
                    int i = offered[0];
                    // Every event twice: the second one joins, or waits for the force.
                    EventView view = Events.view(Events.standard(i / 2).build());
                    road.pipeline
                            .intake()
                            .offer(intake, view, i % 3 == 0 ? Tier.JOURNALED : Tier.SYNCED, 0, 1, sink, i);
                    road.pipeline.intake().flush(EventIntake.ALL_SHARDS);
                    offered[0]++;
                }
            });
            producer.start();
            Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> sink.count() > 200);
            boolean drained = road.pipeline.close(10_000);
            closed.set(true);
            producer.join();

            assertThat(drained).isTrue();
            assertThat(sink.count()).as("round %d", round).isEqualTo(offered[0]);
            assertThat(road.imbalances()).isEmpty();
        }
    }

    @Test
    void closingDoesNotWaitForAStuckForceForEverAndSaysSo() throws Exception {
        Road road = Road.withThreads(Road.forcedOnDemand(), 1);
        int first = road.offer(Events.standard(0).build(), Tier.SYNCED);
        Awaitility.await().until(() -> road.answer(first) != null);
        road.journal().holdForces();
        int stuck = road.offer(Events.standard(1).build(), Tier.SYNCED);
        road.journal().awaitForceBegun();
        int journaled = road.offer(Events.standard(2).build(), Tier.JOURNALED);
        Awaitility.await().until(() -> road.answer(journaled) != null);
        int duplicate = road.offer(Events.standard(2).build(), Tier.SYNCED);
        int late = road.offer(Events.standard(3).build(), Tier.SYNCED);

        long started = System.nanoTime();
        boolean drained = road.pipeline.close(100);

        assertThat(drained).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
        assertThat(road.answer(stuck)).as("nobody knows yet").isNull();
        int after = road.offer(Events.standard(2).build(), Tier.SYNCED);
        assertThat(road.answer(after).reason()).isEqualTo(RefusalReason.UNAVAILABLE);

        road.journal().letForceGo();
        Awaitility.await().until(() -> road.answer(stuck) != null);
        assertThat(road.answer(stuck).tier()).as("its force did succeed").isEqualTo(Tier.SYNCED);
        Awaitility.await().until(() -> road.answer(duplicate) != null && road.answer(late) != null);
        assertThat(road.answer(duplicate).reason()).as("not forced").isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        assertThat(road.answer(late).reason()).as("not forced").isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
    }

    @Test
    void whatWaitsInTheLanesBehindAStuckForceIsRefusedAloud() throws Exception {
        Road road = Road.withThreads(Road.config(128, 128, 128), 1);
        road.journal().holdForces();
        road.offer(Events.standard(0).build(), Tier.SYNCED);
        road.journal().awaitForceBegun();
        // One block each, until no batch is free; what follows stays in the lane.
        for (int i = 1; i <= 100; i++) {
            road.offer(Events.standard(i).build(), Tier.SYNCED);
            int blocks = i + 1;
            if (i < 64) {
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> road.journal().blockCount() == blocks);
            }
        }
        assertThat(road.pipeline.close(100)).isFalse();
        road.journal().letForceGo();
        assertThat(road.sink.inOrder()).extracting(Answer::reason).contains(RefusalReason.UNAVAILABLE);
        assertThat(road.pipeline.ledger().total(LaneCounters::inFlight)).isZero();
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void anErrorFromTheJournalDoesNotSilenceTheShard() {
        Road road = Road.withThreads(Road.config(), 1);
        road.journal().failAppend(1, new InternalError("a fault occurred"), MemoryJournal.Remains.THE_BLOCK);
        int first = road.offer(Events.standard(1).build(), Tier.SYNCED);
        Awaitility.await().until(() -> road.answer(first) != null);
        int second = road.offer(Events.standard(2).build(), Tier.SYNCED);

        assertThat(road.answer(first).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        assertThat(road.answer(second).reason()).isEqualTo(RefusalReason.UNAVAILABLE);
        assertThat(road.pipeline.close(10_000)).isTrue();
    }

    @Test
    void aRoadWithoutThreadsDrainsItselfWhenItCloses() {
        Road road = Road.open();
        int index = road.offer(Events.standard(1).build(), Tier.SYNCED);

        assertThat(road.pipeline.close(10_000)).isTrue();
        assertThat(road.answer(index).tier()).isEqualTo(Tier.SYNCED);
        assertThat(road.pipeline.close(10_000)).as("twice").isTrue();
    }
}
