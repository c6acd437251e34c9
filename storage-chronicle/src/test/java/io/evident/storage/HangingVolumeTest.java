package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.writer.EmergencyMode;
import io.evident.storage.emergency.EmergencySettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Volumes whose forces hang and never end, under the whole road: what comes of receipts, and of a stop. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HangingVolumeTest {
    private static final long WITHIN_MS = 5_000;
    private static final int WAITING_BLOCKS = 64;
    /** Critical ones. */
    private static final int IN_THE_LANE = 1_000;

    private static final int IN_THE_QUEUE = 1_005;
    private static final int BEHIND = 1_010;

    @TempDir
    Path base;

    private static JournalSettings settings(Path standby) {
        return FailOverLife.settings(standby, FailOverLife.ON_ONE_THREAD);
    }

    /** Forces of one volume that hang. */
    private static final class HangingVolume extends FaultyFiles {
        private final Path root;
        private final CountDownLatch letGo = new CountDownLatch(1);
        private volatile boolean hangs;

        HangingVolume(Path root) {
            this.root = root;
            forceNothing();
        }

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            if (hangs && file.startsWith(root)) {
                try {
                    letGo.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException(e);
                }
            }
            super.force(channel, file);
        }
    }

    @Test
    void contract1_aForceThatHangsIsLeftBehindWithinFiveSeconds() throws Exception {
        Path root = base.toRealPath();
        HangingVolume files =
                new HangingVolume(root.resolve("data").resolve("shard-00").resolve("segments"));
        FailOverLife.Ledger ledger;
        try (FailOverLife life =
                new FailOverLife(root.resolve("data"), settings(root.resolve("standby")), files, null)) {
            life.pipeline.start();
            ledger = life.ledger;
            life.offer(1, Tier.SYNCED);
            await().until(() -> ledger.hasAnswer(1));
            assertThat(ledger.receipts).hasSize(1);
            files.hangs = true;
            long began = System.nanoTime();
            life.offer(2, Tier.SYNCED);
            await().until(() -> life.pipeline.shards().get(0).isOnStandby());
            life.offer(3, Tier.SYNCED);
            await().until(() -> ledger.hasAnswer(3));
            assertThat((System.nanoTime() - began) / 1_000_000).isLessThan(WITHIN_MS);
            assertThat(ledger.receipts).containsKey(FailOverLife.id(3));
            assertThat(ledger.refusals).containsEntry(FailOverLife.id(2), RefusalReason.OUTCOME_UNKNOWN);
            files.letGo.countDown();
        }
        try (FailOverLife again =
                new FailOverLife(root.resolve("data"), settings(root.resolve("standby")), files, null)) {
            FailOverLife.check("after a restart", ledger, again.shard.blocks());
            assertThat(again.shard.blocks().blockCount()).isEqualTo(3);
        }
    }

    @Test
    void contract5_criticalEventsGoOnOnTheStandbyWhenTheEmergencyJournalHangsWithTheVolume() throws Exception {
        Path root = base.toRealPath();
        HangingVolume files = new HangingVolume(root.resolve("data").resolve("shard-00"));
        EmergencySettings withoutBackup = new EmergencySettings(512 << 10, 512 << 10, null, Duration.ofSeconds(30));
        // The blocks have to be on their way before the volume is given up, also on a busy machine.
        JournalSettings settings = FailOverLife.settings(root.resolve("standby"), withoutBackup, Duration.ofSeconds(6));
        FailOverLife.Ledger ledger;
        try (FailOverLife life = new FailOverLife(root.resolve("data"), settings, files, null)) {
            life.pipeline.start();
            ledger = life.ledger;
            EmergencyMode mode = life.pipeline.shards().get(0).emergency().mode();
            files.hangs = true;
            // So many blocks wait for the force that the writer has no place for another, and stalls.
            for (int i = 0; i < WAITING_BLOCKS; i++) {
                int blocks = i + 1;
                life.offer(1 + 5 * i, Tier.SYNCED);
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> life.shard.blocks().blockCount() == blocks);
            }
            life.offer(IN_THE_LANE, Tier.SYNCED);
            await().pollInterval(Duration.ofMillis(1)).until(mode::isActive);
            life.offer(IN_THE_QUEUE, Tier.SYNCED);
            await().until(() -> life.pipeline.shards().get(0).isOnStandby());
            await().until(() -> ledger.hasAnswer(IN_THE_LANE) && ledger.hasAnswer(IN_THE_QUEUE));
            life.offer(BEHIND, Tier.SYNCED);
            await().until(() -> ledger.hasAnswer(BEHIND));
            assertThat(ledger.receipts).containsKey(FailOverLife.id(BEHIND));
            assertThat(ledger.refusals)
                    .containsEntry(FailOverLife.id(IN_THE_LANE), RefusalReason.OUTCOME_UNKNOWN)
                    .as("nothing of it was written")
                    .containsEntry(FailOverLife.id(IN_THE_QUEUE), RefusalReason.UNAVAILABLE);
            await().until(() -> !mode.isActive());
            files.letGo.countDown();
        }
        try (FailOverLife again = new FailOverLife(root.resolve("data"), settings, files, null)) {
            FailOverLife.check("after a restart", ledger, again.shard.blocks());
        }
    }

    @Test
    void contract9_aStopEndsWhileTheVolumeHangsAndTheStandbyFailsToo() throws Exception {
        Path root = base.toRealPath();
        HangingVolume files =
                new HangingVolume(root.resolve("data").resolve("shard-00").resolve("segments"));
        FailOverLife life = new FailOverLife(root.resolve("data"), settings(root.resolve("standby")), files, null);
        FailOverLife.Ledger ledger = life.ledger;
        try {
            life.pipeline.start();
            life.offer(1, Tier.SYNCED);
            await().until(() -> ledger.hasAnswer(1));
            Files.writeString(root.resolve("standby").resolve("shard-00").resolve("segments"), "in the way");
            files.hangs = true;
            life.offer(2, Tier.SYNCED);
            long began = System.nanoTime();
            // During the force that hangs: its time runs out, the standby fails, and then the files are closed.
            life.close();
            assertThat((System.nanoTime() - began) / 1_000_000).isLessThan(20_000);
            assertThat(ledger.refusals).containsEntry(FailOverLife.id(2), RefusalReason.OUTCOME_UNKNOWN);
        } finally {
            files.letGo.countDown();
        }
        Files.delete(root.resolve("standby").resolve("shard-00").resolve("segments"));
        files.hangs = false;
        try (FailOverLife again =
                new FailOverLife(root.resolve("data"), settings(root.resolve("standby")), files, null)) {
            FailOverLife.check("after a restart", ledger, again.shard.blocks());
        }
    }
}
