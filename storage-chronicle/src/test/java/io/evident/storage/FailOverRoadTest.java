package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.writer.ShardState;
import io.evident.storage.segment.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole road over real files, of which the shard's own volume fails: at every operation that changes it in turn, under
 * load, and by a force that hangs. A ledger of receipts, kept outside, is compared with what can be read: after the
 * change, and after a restart with both volumes.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailOverRoadTest {
    private static final int EVENTS = 24;
    /** Events under way at a time, under load. */
    private static final int WINDOW = 32;

    private static final long WITHIN_MS = 5_000;

    @TempDir
    Path base;

    private static JournalSettings settings(Path standby) {
        // Nothing hangs here; a force of a busy machine's disk is not to be taken for it, as such a volume is not even
        // read.
        return FailOverLife.settings(standby, FailOverLife.ON_ONE_THREAD, Duration.ofSeconds(20));
    }

    @Test
    void contracts1To4_holdWhicheverOperationOfTheVolumeFails() throws Exception {
        boolean struck = true;
        int nth = 0;
        int failedOver = 0;
        while (struck) {
            nth++;
            Path root = Files.createDirectory(base.toRealPath().resolve("run-" + nth));
            FailingVolume files =
                    new FailingVolume(root.resolve("data").resolve("shard-00").resolve("segments"));
            files.forceNothing();
            FailOverLife.Ledger ledger;
            try (FailOverLife life = new FailOverLife(
                    root.resolve("data"), settings(root.resolve("standby")), files, new AtomicLong())) {
                files.breakAt(nth);
                for (int i = 0; i < EVENTS; i++) {
                    life.offer(i, i % 3 == 0 ? Tier.JOURNALED : Tier.SYNCED);
                    life.work(1);
                }
                life.work(40);
                ledger = life.ledger;
                struck = files.isBroken();
                failedOver += struck ? 1 : 0;
                String when = "operation " + nth + " failed";
                assertThat(life.pipeline.shards().get(0).isOnStandby()).as(when).isEqualTo(struck);
                assertThat(life.pipeline.shards().get(0).health().state()).isEqualTo(ShardState.OPEN);
                assertThat(ledger.refusals.values())
                        .as(when)
                        .containsOnly(
                                ledger.refusals.isEmpty()
                                        ? new RefusalReason[0]
                                        : new RefusalReason[] {RefusalReason.OUTCOME_UNKNOWN});
                for (int i = 0; i < EVENTS; i++) {
                    assertThat(ledger.hasAnswer(i)).as("%s: event %s", when, i).isTrue();
                    // Whatever became of it the first time: a retry settles it.
                    life.offer(i, Tier.SYNCED);
                }
                life.work(40);
                assertThat(ledger.receipts).hasSize(EVENTS);
                assertThat(ledger.receipts.values()).allMatch(place -> place.tier() == Tier.SYNCED);
                FailOverLife.check(when, ledger, life.shard.blocks());
            }
            files.mend();
            try (FailOverLife again = new FailOverLife(
                    root.resolve("data"), settings(root.resolve("standby")), files, new AtomicLong())) {
                String when = "after a restart behind operation " + nth;
                assertThat(again.shard.failure()).isNull();
                assertThat(again.shard.report().damage()).as(when).noneMatch(Damage::isSerious);
                FailOverLife.check(when, ledger, again.shard.blocks());
            }
        }
        assertThat(failedOver).isGreaterThan(EVENTS);
    }

    @Test
    void contracts1To4_holdUnderLoadWhileOthersRead() throws Exception {
        Path root = base.toRealPath();
        FailingVolume files =
                new FailingVolume(root.resolve("data").resolve("shard-00").resolve("segments"));
        files.forceNothing();
        FailOverLife.Ledger ledger;
        try (FailOverLife life =
                new FailOverLife(root.resolve("data"), settings(root.resolve("standby")), files, null)) {
            life.pipeline.start();
            AtomicBoolean stopped = new AtomicBoolean();
            List<Throwable> faults = new ArrayList<>();
            Thread reading = new Thread(() -> {
                while (!stopped.get()) {
                    try {
                        FailOverLife.stored(life.shard.blocks());
                    } catch (IOException | AssertionError e) {
                        faults.add(e);
                        return;
                    }
                }
            });
            reading.start();
            for (int i = 0; i < 2_000; i++) {
                if (i == 1_000) {
                    files.breakAt(3);
                }
                life.offer(i, i % 3 == 0 ? Tier.JOURNALED : Tier.SYNCED);
                // As a sender with a window does: so the volume fails amid many blocks, and no lane gets full.
                int earliest = i - WINDOW;
                await().pollDelay(Duration.ZERO).until(() -> earliest < 0 || life.ledger.hasAnswer(earliest));
            }
            long broken = System.nanoTime();
            await().until(() -> life.pipeline.shards().get(0).isOnStandby());
            ledger = life.ledger;
            await().until(() -> IntStream.range(0, 2_000).allMatch(ledger::hasAnswer));
            assertThat((System.nanoTime() - broken) / 1_000_000).isLessThan(WITHIN_MS);
            stopped.set(true);
            reading.join();
            assertThat(faults).isEmpty();
            assertThat(ledger.refusals.values()).containsOnly(RefusalReason.OUTCOME_UNKNOWN);
            assertThat(life.pipeline.close(10_000)).isTrue();
            FailOverLife.check("under load", ledger, life.shard.blocks());
        }
        files.mend();
        try (FailOverLife again =
                new FailOverLife(root.resolve("data"), settings(root.resolve("standby")), files, null)) {
            assertThat(again.shard.report().damage()).noneMatch(Damage::isSerious);
            FailOverLife.check("after a restart", ledger, again.shard.blocks());
        }
    }
}
