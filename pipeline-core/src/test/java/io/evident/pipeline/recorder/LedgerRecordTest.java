package io.evident.pipeline.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import io.evident.event.Tier;
import io.evident.pipeline.PipelineConfig;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.MemoryJournal;
import io.evident.pipeline.fixture.MemoryJournal.Remains;
import io.evident.pipeline.fixture.Road;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.writer.ShardState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random traffic over tenants, lanes and shards, with everything that can become of an event, through several runs of a
 * server that end well or not; then every record in the journals is held against a count of these journals alone.
 */
class LedgerRecordTest {
    private static final int SHARDS = 3;
    private static final int RUNS = 4;
    private static final int STEPS = 400;
    private static final Refusal FULL = Refusal.of(RefusalReason.DISK_FULL, "no room");

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Integer.getInteger("evident.ledgerSeeds", 10));
    }

    private Random random;
    private Road road;
    private LedgerRecorder recorder;
    /** Whether whoever waits gives the road no time, as if all its threads hung. */
    private boolean hangs;

    private final Map<String, Long> received = new TreeMap<>();
    private int written;
    private int lastOnes;
    private int emergencies;
    private int leftOvers;

    private void open(Road opened) {
        road = opened;
        received.clear();
        recorder = new LedgerRecorder(road.pipeline, this::await, road.clock, () -> Road.RECEIVED_NS);
    }

    private boolean await(BooleanSupplier condition, long timeoutMs) {
        for (int i = 0; i < 200 && !hangs && !condition.getAsBoolean(); i++) {
            road.clock.advanceNs(1_000_000);
            road.work();
        }
        return condition.getAsBoolean();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void contract3_everyRecordEqualsACountOfTheJournalsAtItsSequences(long seed) throws IOException {
        random = new Random(seed);
        PipelineConfig config = Road.config(4, 8, 16);
        open(Road.withEmergency(config, SHARDS));
        for (int run = 0; run < RUNS; run++) {
            run();
            boolean stops = random.nextInt(3) == 0;
            if (stops) {
                stop();
            }
            check("seed " + seed + ", run " + run);
            open(random.nextBoolean() ? road.restarted() : road.restartedAfterPowerCut());
            check("seed " + seed + ", after run " + run);
        }
        assertThat(written).as("seed %d", seed).isPositive();
    }

    @Test
    void theTrafficOfThisTestMeetsEveryCase() throws IOException {
        for (long seed = 101; seed <= 106; seed++) {
            contract3_everyRecordEqualsACountOfTheJournalsAtItsSequences(seed);
        }
        assertThat(written).isGreaterThan(60);
        assertThat(lastOnes).isGreaterThan(3);
        assertThat(emergencies).isGreaterThan(10);
        assertThat(leftOvers).isGreaterThan(10);
    }

    private void run() {
        if (random.nextInt(3) == 0) {
            failSomething();
        }
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(24)) {
                case 0 -> record();
                case 1 -> road.room = lane -> lane == Lane.STANDARD ? FULL : null;
                case 2, 3 -> road.room = lane -> null;
                case 4 -> journal().setFull(FULL);
                case 5, 6 -> road.journals.forEach(journal -> journal.setFull(null));
                case 7, 8, 9, 10 -> {
                    road.clock.advanceNs(random.nextInt(20_000_000));
                    road.work();
                }
                case 11 -> road.offer(Events.withoutTenant(random.nextInt()), Tier.SYNCED);
                default -> offer();
            }
        }
    }

    private MemoryJournal journal() {
        return road.journals.get(random.nextInt(SHARDS));
    }

    private void failSomething() {
        Remains remains = random.nextBoolean() ? Remains.NOTHING : Remains.THE_BLOCK;
        switch (random.nextInt(3)) {
            case 0 -> journal().failAppend(random.nextInt(60) + 1, new IOException("disk"), remains);
            case 1 -> journal().failForce(random.nextInt(60) + 1, new IOException("disk"));
            default -> road.emergencies.get(random.nextInt(SHARDS)).fail(new IOException("disk"));
        }
    }

    private void offer() {
        String tenant = random.nextInt(20) == 0 ? "_system" : "tenant-" + random.nextInt(random.nextInt(40) + 1);
        AuditEvent.Builder event = AuditEvent.builder(tenant, "u", "a")
                .id(Events.id(random.nextInt(3_000)))
                .timeNs(1)
                .resource("t", "r");
        int kind = random.nextInt(10);
        if (kind < 5) {
            event.severity(Severity.P0_CRITICAL);
        } else if (kind < 7) {
            event.labels("pci");
        }
        received.merge(tenant, 1L, Long::sum);
        road.offer(event.build(), Tier.values()[random.nextInt(3)]);
    }

    private void record() {
        hangs = random.nextInt(6) == 0;
        long before = recorder.records() + recorder.failures();
        boolean whole = recorder.record();
        hangs = false;
        assertThat(recorder.records() + recorder.failures()).isEqualTo(before + 1);
        written += whole ? 1 : 0;
    }

    private void stop() throws IOException {
        road.room = lane -> null;
        road.journals.forEach(journal -> journal.setFull(null));
        road.pipeline.stopIntake();
        // What found no room is tried again after a while.
        road.clock.advanceMs(1_000);
        road.settle();
        boolean whole = recorder.recordLast(10_000);
        lastOnes += whole ? 1 : 0;
        if (whole
                && road.pipeline.shards().stream()
                        .allMatch(each -> each.health().state() == ShardState.OPEN)) {
            checkLast();
        }
        road.pipeline.close();
        int late = road.offer(Events.standard(1).build(), Tier.SYNCED);
        assertThat(road.answer(late).refusal().reason()).isEqualTo(RefusalReason.UNAVAILABLE);
    }

    /** What the journals hold: by tenant and lane, of the events that a record names. */
    private Map<String, Long> count(Json record) throws IOException {
        Map<String, Long> counts = new TreeMap<>();
        for (Json through : record.all("through")) {
            MemoryJournal journal = road.journals.get((int) through.number("shard"));
            each(journal, (block, sequence, event) -> {
                if (block.incarnation() == through.number("incarnation") && sequence <= through.number("sequence")) {
                    counts.merge(
                            event.text(EventField.TENANT) + "/" + block.lane().text(), 1L, Long::sum);
                }
            });
        }
        return counts;
    }

    private interface Visitor {
        void event(BlockInfo block, long sequence, EventView event) throws IOException;
    }

    private static void each(MemoryJournal journal, Visitor visitor) throws IOException {
        BlockReader reader = new BlockReader();
        for (BlockInfo block : journal.blocks()) {
            journal.read(block, reader);
            while (reader.next()) {
                visitor.event(block, reader.sequence(), reader.event());
            }
        }
    }

    private void check(String when) throws IOException {
        List<Json> records = new ArrayList<>();
        for (MemoryJournal journal : road.journals) {
            each(journal, (block, sequence, event) -> {
                if (event.text(EventField.ACTION).equals(LedgerRecorder.ACTION)) {
                    assertThat(event.text(EventField.TENANT)).isEqualTo("_system");
                    assertThat(event.text(EventField.RECEIVED_FROM)).isEqualTo("evident");
                    records.add(Json.parse(event.text(EventField.ATTRIBUTES)));
                }
            });
        }
        for (Json record : records) {
            check(when + ": " + record, record);
        }
    }

    private void check(String what, Json record) throws IOException {
        assertThat(record.number("parts")).as(what).isEqualTo(1);
        assertThat(record.all("through")).as(what).hasSize(SHARDS);
        assertThat(record.all("incarnations")).as(what).hasSize(SHARDS);
        Map<String, Long> counted = count(record);
        Map<String, Long> recorded = new TreeMap<>();
        long sequences = 0;
        for (Json through : record.all("through")) {
            sequences += through.number("sequence") < 0 ? 0 : through.number("sequence") - through.number("from") + 1;
        }
        for (Json counter : record.all("counters")) {
            checkSum(what, counter);
            if (counter.number("stored") > 0) {
                recorded.put(counter.text("tenant") + "/" + counter.text("lane"), counter.number("stored"));
            }
        }
        Map<String, Long> named = new TreeMap<>();
        counted.forEach((key, count) -> {
            String tenant = key.substring(0, key.indexOf('/'));
            boolean isApart = record.all("counters").stream()
                    .anyMatch(each -> each.text("tenant").equals(tenant));
            named.merge(isApart ? key : "-" + key.substring(key.indexOf('/')), count, Long::sum);
        });
        assertThat(recorded).as(what).isEqualTo(named);
        assertThat(recorded.values().stream().mapToLong(each -> each).sum())
                .as(what)
                .isEqualTo(sequences);
    }

    private void checkSum(String what, Json counter) {
        long explained = counter.number("stored") + counter.number("duplicate") + counter.number("inFlight");
        for (long refused : counter.numbers("refused").values()) {
            assertThat(refused).as(what).isPositive();
            explained += refused;
        }
        long emergency = counter.numberOr("emergency", 0);
        long leftOver = counter.numberOr("leftOver", 0);
        emergencies += emergency > 0 ? 1 : 0;
        leftOvers += leftOver > 0 ? 1 : 0;
        assertThat(counter.number("received") + leftOver).as(what).isEqualTo(explained + emergency);
        assertThat(counter.number("inFlight")).as(what + counter).isNotNegative();
    }

    /** Nothing is on the road any more: everything that was offered in this run has an outcome. */
    private void checkLast() throws IOException {
        for (MemoryJournal journal : road.journals) {
            each(journal, (block, sequence, event) -> {
                boolean isOne = event.text(EventField.ACTION).equals(LedgerRecorder.ACTION);
                Json record = isOne ? Json.parse(event.text(EventField.ATTRIBUTES)) : null;
                if (isOne
                        && record.text("reason").equals("stop")
                        && record.text("run").equals(recorder.run())) {
                    checkLast(record);
                }
            });
        }
    }

    private void checkLast(Json record) {
        Map<String, Long> recorded = new TreeMap<>();
        for (Json counter : record.all("counters")) {
            assertThat(counter.number("inFlight"))
                    .as("%s of %s", counter, record)
                    .isZero();
            recorded.merge(counter.text("tenant"), counter.number("received"), Long::sum);
        }
        recorded.forEach((tenant, count) -> {
            if (tenant.startsWith("tenant-")) {
                assertThat(count).as("%s of %s", tenant, record).isEqualTo(received.getOrDefault(tenant, 0L));
            }
        });
    }
}
