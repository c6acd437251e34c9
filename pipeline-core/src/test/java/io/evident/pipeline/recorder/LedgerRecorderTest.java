package io.evident.pipeline.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventLimits;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.PipelineConfig;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.MemoryJournal.Remains;
import io.evident.pipeline.fixture.Road;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class LedgerRecorderTest {
    private Road road = Road.open(Road.config(), 2);
    private LedgerRecorder recorder = recorder(road);

    private static LedgerRecorder recorder(Road road) {
        Patience working = (condition, timeoutMs) -> await(road, condition);
        return new LedgerRecorder(road.pipeline, working, road.clock, () -> Road.RECEIVED_NS);
    }

    private static boolean await(Road road, BooleanSupplier condition) {
        for (int i = 0; i < 200 && !condition.getAsBoolean(); i++) {
            road.clock.advanceMs(1);
            road.work();
        }
        return condition.getAsBoolean();
    }

    private List<Json> parts() throws IOException {
        List<Json> parts = new ArrayList<>();
        for (var journal : road.journals) {
            for (AuditEvent event : journal.events().values()) {
                if (event.tenant().equals("_system")) {
                    parts.add(Json.parse(event.attributes()));
                }
            }
        }
        return parts;
    }

    private Json last() throws IOException {
        return parts().stream()
                .max((one, other) -> Long.compare(one.number("record"), other.number("record")))
                .orElseThrow();
    }

    @Test
    void recordsNothingButTheShardsWhenThereWasNoEvent() throws IOException {
        assertThat(recorder.record()).isTrue();

        assertThat(last().all("counters")).isEmpty();
        assertThat(last().all("through"))
                .extracting(each -> each.number("shard"), each -> each.number("from"), each -> each.number("sequence"))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(0L, 0L, -1L),
                        org.assertj.core.groups.Tuple.tuple(1L, 0L, -1L));
        assertThat(recorder.records()).isEqualTo(1);
        assertThat(recorder.failures()).isZero();
    }

    @Test
    void contract3_countsTheServersOwnEventsInTheNextRecord() throws IOException {
        for (int i = 0; i < 3; i++) {
            road.clock.advanceMs(60);
            assertThat(recorder.record()).isTrue();
            if (i > 0) {
                assertThat(last().all("counters")).singleElement().satisfies(own -> {
                    assertThat(own.text("tenant")).isEqualTo("_system");
                    assertThat(own.text("lane")).isEqualTo("standard");
                });
                Json own = last().all("counters").get(0);
                assertThat(own.number("received")).isEqualTo(i);
                assertThat(own.number("stored")).isEqualTo(i);
                assertThat(own.number("inFlight")).isZero();
            }
        }
    }

    @Test
    void contract7_splitsARecordOfManyTenantsIntoEventsThatAreNotTooLarge() throws IOException {
        PipelineConfig few = Road.config(64, 64, 4_096);
        road = Road.open(
                new PipelineConfig(
                        few.laneCapacities(),
                        few.laneBudgets(),
                        few.block(),
                        few.overflowBytes(),
                        few.windowIds(),
                        few.windowMs(),
                        few.writers(),
                        few.minForceIntervalNs(),
                        few.maxForceIntervalNs(),
                        10_000,
                        PipelineConfig.TierPlan.SYNCED),
                2);
        recorder = recorder(road);
        int tenants = 2_000;
        for (int i = 0; i < tenants; i++) {
            // Names that are long, and longer still as JSON.
            String tenant = "\"\\\u00e9-" + "x".repeat(100) + i;
            road.offer(AuditEvent.builder(tenant, "u", "a").resource("t", "r").build(), Tier.ACCEPTED);
        }
        road.settle();

        assertThat(recorder.record()).isTrue();

        List<Json> parts = parts();
        assertThat(parts).hasSizeGreaterThan(5);
        assertThat(parts).allMatch(part -> part.number("parts") == parts.size());
        assertThat(parts).extracting(part -> part.number("part")).doesNotHaveDuplicates();
        assertThat(parts).filteredOn(part -> part.has("incarnations")).hasSize(1);
        assertThat(parts.stream().flatMap(part -> part.all("through").stream())).hasSize(2);
        assertThat(parts.stream().flatMap(part -> part.all("counters").stream()).map(each -> each.text("tenant")))
                .hasSize(tenants)
                .doesNotHaveDuplicates();
        for (var journal : road.journals) {
            assertThat(journal.events().values())
                    .filteredOn(event -> event.tenant().equals("_system"))
                    .allMatch(event ->
                            event.attributes().getBytes(StandardCharsets.UTF_8).length <= EventLimits.ATTRIBUTES_BYTES);
        }
    }

    private long records() throws IOException {
        return parts().stream().map(part -> part.number("record")).distinct().count();
    }

    @Test
    void leavesOutIntervalsInWhichNothingButItsOwnEventsWasCounted() throws IOException {
        for (int i = 0; i < 5; i++) {
            road.clock.advanceMs(60_000);
            assertThat(recorder.recordInterval()).isTrue();
        }
        assertThat(records()).isEqualTo(1);

        road.offer(Events.standard(1).build(), Tier.SYNCED);
        road.settle();
        for (int i = 0; i < 5; i++) {
            road.clock.advanceMs(60_000);
            assertThat(recorder.recordInterval()).isTrue();
        }
        assertThat(records()).isEqualTo(2);
        assertThat(recorder.failures()).isZero();
        assertThat(recorder.recordLast(10_000)).isTrue();
        assertThat(records()).isEqualTo(3);
    }

    @Test
    void recordsOnceAnHourWhateverWasCounted() throws IOException {
        assertThat(recorder.recordInterval()).isTrue();
        road.clock.advanceMs(3_599_000);
        assertThat(recorder.recordInterval()).isTrue();
        assertThat(records()).isEqualTo(1);
        road.clock.advanceMs(1_000);
        assertThat(recorder.recordInterval()).isTrue();
        assertThat(records()).isEqualTo(2);
    }

    @Test
    void leavesOutAnIntervalForEachPartOfALargeRecordButTheFirst() {
        RecordPace pace = new RecordPace(0);
        List<Boolean> due = new ArrayList<>();
        pace.recorded(List.of(), 3, 0);
        for (int i = 1; i <= 4; i++) {
            due.add(pace.isDue(List.of(entry(i)), i));
        }
        assertThat(due).containsExactly(false, false, true, true);
        pace.recorded(List.of(entry(4)), 1_000, 4);
        assertThat(pace.isDue(List.of(entry(5)), 5)).isFalse();
        assertThat(pace.isDue(List.of(entry(5)), 4 + RecordPace.AT_LEAST_EVERY_NS))
                .isTrue();
    }

    private static LedgerEntry entry(long received) {
        return new LedgerEntry("acme", Lane.STANDARD, received, received, 0, 0, 0, java.util.Map.of(), 0);
    }

    @Test
    void theLastRecordDoesNotWaitWithoutLimitForOneThatHangs() throws Exception {
        var hanging = new java.util.concurrent.CountDownLatch(1);
        var release = new java.util.concurrent.CountDownLatch(1);
        LedgerRecorder hung = new LedgerRecorder(
                road.pipeline,
                (condition, ms) -> {
                    hanging.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return false;
                },
                road.clock,
                () -> Road.RECEIVED_NS);
        Thread interval = new Thread(hung::recordInterval, "hangs");
        interval.start();
        try {
            hanging.await();
            var last = java.util.concurrent.CompletableFuture.supplyAsync(() -> hung.recordLast(50));
            assertThat(last.get(20, java.util.concurrent.TimeUnit.SECONDS)).isFalse();
        } finally {
            release.countDown();
            interval.join();
        }
    }

    @Test
    void recordsOfARoadWithAFailedShardGoToTheOthers() throws IOException {
        road.journals.get(0).failAppend(1, new IOException("disk"), Remains.NOTHING);
        for (int i = 0; i < 8; i++) {
            road.offer(Events.standard(i).build(), Tier.SYNCED);
            road.settle();
        }

        for (int i = 0; i < 4; i++) {
            assertThat(recorder.record()).isTrue();
        }
        assertThat(last().all("through").get(0).number("sequence")).isEqualTo(-1);
        assertThat(last().all("through").get(1).number("sequence")).isEqualTo(4 + 3 - 1);
    }

    @Test
    void isTriedAgainWhenItWasRefused() throws IOException {
        road.offer(Events.standard(1).build(), Tier.SYNCED);
        road.settle();
        road.room = lane -> lane == Lane.STANDARD ? Refusal.of(RefusalReason.DISK_FULL, "no room") : null;
        assertThat(recorder.record()).isFalse();
        assertThat(recorder.failures()).isEqualTo(1);
        road.room = lane -> null;
        road.clock.advanceMs(5_000);
        assertThat(recorder.ageMs()).isGreaterThanOrEqualTo(5_000);

        assertThat(recorder.record()).isTrue();
        assertThat(recorder.ageMs()).isZero();
        assertThat(last().all("counters")).anySatisfy(each -> {
            assertThat(each.text("tenant")).isEqualTo("_system");
            assertThat(each.numbers("refused")).containsEntry("disk-full", 1L);
        });
        assertThat(last().number("record")).isEqualTo(1);
    }

    @Test
    void contract2_countsOnlyWhatIsForced() throws IOException {
        LedgerRecorder impatient =
                new LedgerRecorder(road.pipeline, (condition, ms) -> false, road.clock, () -> Road.RECEIVED_NS);
        for (int i = 0; i < 8; i++) {
            road.offer(Events.standard(i).build(), Tier.JOURNALED);
        }
        road.journals.forEach(journal -> journal.failForce(1, new IOException("disk")));
        road.settle();
        road.work();

        // Nobody can store it any more; what it would say is what the next one takes over.
        assertThat(impatient.record()).isFalse();
        assertThat(new SyncedCuts(road.pipeline::shards, (condition, ms) -> await(road, condition)).take(2_000))
                .allSatisfy(cut -> assertThat(cut.through()).isEqualTo(-1));
    }

    @Test
    void theWayOfTheServersOwnEventsIsOpenUntilTheEndAndTakesNothingElse() throws IOException {
        road.pipeline.stopIntake();
        assertThat(road.pipeline.intake().isOpen()).isFalse();
        int late = road.offer(Events.standard(1).build(), Tier.SYNCED);
        assertThat(road.answer(late).refusal().reason()).isEqualTo(RefusalReason.UNAVAILABLE);

        assertThat(recorder.recordLast(10_000)).isTrue();
        assertThat(last().text("reason")).isEqualTo("stop");
        road.pipeline.close();
        assertThat(recorder.record()).isFalse();
    }

    @Test
    void aShardThatGoesOnElsewhereIsCountedInBothPlaces() {
        var tally = new io.evident.pipeline.ledger.StoredTally(road.pipeline.ledger(), 0, 3, 100);
        var counters = road.pipeline.ledger().unknown().lane(Lane.STANDARD);
        for (int i = 0; i < 10; i++) {
            tally.count(counters);
        }
        tally.endBlock(109);
        tally.moveTo(4, 105);
        tally.count(counters);
        tally.endBlock(110);
        var asked = new java.util.concurrent.CountDownLatch(1);
        tally.ask(asked);
        assertThat(tally.last().stored(counters)).isZero();
        tally.answer();

        assertThat(asked.getCount()).isZero();
        assertThat(tally.last().stored(counters)).isEqualTo(11);
        assertThat(tally.last().through()).isEqualTo(110);
        assertThat(tally.last().stretches().toString())
                .contains("incarnation=3, from=100, through=104", "incarnation=4, from=105, through=110");
    }
}
