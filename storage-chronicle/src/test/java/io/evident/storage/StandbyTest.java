package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.FailedVolumeException;
import io.evident.pipeline.journal.HungForceException;
import io.evident.pipeline.journal.RetainedBlocks;
import io.evident.pipeline.journal.StandbyVolume;
import io.evident.storage.directory.StandbySettings;
import io.evident.storage.segment.ChannelBlockFile;
import io.evident.storage.segment.DamageKind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A volume fails, and its shard goes over to its standby volume. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StandbyTest extends StandbyVolumes {
    @Test
    void contract2_goesOnDenselyWithTheBlocksThatWereNotForced() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            StandbyVolume.Taken taken = failOver(shard);

            assertThat(taken.journal().incarnation()).isEqualTo(2);
            assertThat(taken.journal().isOnStandby()).isTrue();
            assertThat(taken.journal().standby()).isNull();
            assertThat(taken.last().incarnation()).isEqualTo(1);
            assertThat(taken.last().lastSequence()).isEqualTo(59);
            blocks.append(taken.journal(), 10);
            taken.journal().force();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 70));
            assertThat(shard.blocks().block(6).incarnation()).isEqualTo(2);
        }
        assertThat(segmentNames(standby)).containsExactly("1-1", "2-0");
    }

    @Test
    void contract2_theBlockInDoubtIsWrittenInItsIncarnationAndPlace() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            append(shard.journal(), 10);
            Block doubtful = blocks.of(Lane.ELEVATED, 10, 5);
            files.breakAt(1);
            assertThatThrownBy(() -> shard.journal().append(doubtful)).isInstanceOf(IOException.class);
            retained.add(doubtful);
            StandbyVolume.Taken taken = shard.journal().standby().takeOver(retained, broken);

            assertThat(taken.last().firstSequence()).isEqualTo(10);
            assertThat(taken.last().incarnation()).isEqualTo(1);
            assertThat(taken.last().lane()).isEqualTo(Lane.ELEVATED);
            assertThat(taken.journal().nextSequence()).isEqualTo(15);
            blocks.append(taken.journal(), 1);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 16));
        }
        files.mend();
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.report().damage()).noneMatch(damage -> damage.isSerious());
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 16));
        }
    }

    @Test
    void contract2_nothingRetainedNeedsNoSegmentOfItsOwn() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            StandbyVolume.Taken taken = shard.journal().standby().takeOver(retained, broken);
            assertThat(taken.last()).isNull();
            blocks.append(taken.journal(), 1);
        }
        assertThat(segmentNames(standby)).containsExactly("2-0");
    }

    @Test
    void namesWhatCannotBeReadOfAFailedVolumeAndDoesNotTouchOneThatHangs() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            append(shard.journal(), 10);
            shard.journal().force();
            retained.trimThrough(9);
            append(shard.journal(), 10);
            shard.journal().standby().takeOver(retained, new HungForceException(3));

            assertThat(unreadable(shard.blocks())).singleElement().satisfies(part -> {
                assertThat(part.fromSequence()).isZero();
                assertThat(part.toSequence()).isEqualTo(9);
                assertThat(part.reason()).contains("can be read again when it is back");
            });
        }
    }

    @Test
    void aReaderWithAnOldDescriptionFindsTheBlockOnTheStandby() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            append(shard.journal(), 10);
            BlockInfo old = shard.blocks().block(0);
            shard.journal().standby().takeOver(retained, new HungForceException(3));
            BlockReader reader = new BlockReader();
            shard.blocks().read(old, reader);
            assertThat(reader.next()).isTrue();
            assertThat(shard.blocks().block(0).segment()).isNotEqualTo(old.segment());
        }
    }

    @Test
    void aStandbyThatFailsTooIsToldAndLosesNothingThatWasThere() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            append(shard.journal(), 10);
            Files.writeString(standby.resolve("shard-00").resolve("segments"), "in the way");
            assertThatThrownBy(() -> shard.journal().standby().takeOver(retained, broken))
                    .isInstanceOf(IOException.class);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 10));
        } catch (IOException e) {
            // The journal was given up, and says so when it is closed.
        }
        Files.delete(standby.resolve("shard-00").resolve("segments"));
        try (DataDirectory directory = open()) {
            assertThat(Blocks.sequences(only(directory).blocks())).isEqualTo(Blocks.range(0, 10));
        }
    }

    /** Forces below a directory that hang, until they are let go. */
    private static final class HangingForces extends FaultyFiles {
        private final Path root;
        private final CountDownLatch hung = new CountDownLatch(1);
        private final CountDownLatch letGo = new CountDownLatch(1);
        private volatile boolean hangs;

        HangingForces(Path root) {
            this.root = root;
            forceNothing();
        }

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            if (hangs && file.startsWith(root)) {
                hung.countDown();
                try {
                    letGo.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            super.force(channel, file);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void contract9_closesWithinItsLimitWhenTheVolumeHangsAndTheStandbyFailsTooOrIsNotAskedFor(boolean asked)
            throws Exception {
        HangingForces hanging = new HangingForces(data.resolve("shard-00"));
        DataDirectory directory = DataDirectory.open(data, settings, hanging, ChannelBlockFile.opener(hanging));
        OpenedShard shard = only(directory);
        append(shard.journal(), 10);
        hanging.hangs = true;
        Thread forcing = new Thread(() -> {
            try {
                shard.journal().force();
            } catch (IOException e) {
                // Its volume failed.
            }
        });
        forcing.start();
        hanging.hung.await();
        if (asked) {
            Files.writeString(standby.resolve("shard-00").resolve("segments"), "in the way");
            assertThatThrownBy(() -> shard.journal().standby().takeOver(retained, new HungForceException(3)))
                    .isInstanceOf(IOException.class);
            assertThat(unreadable(shard.blocks())).as("not touched").hasSize(1);
        }
        try {
            Assertions.assertTimeoutPreemptively(Duration.ofSeconds(15), directory::close);
        } finally {
            hanging.letGo.countDown();
            forcing.join();
        }
    }

    @Test
    void contract8_namesThePositionsOfTheEmergencyJournalThatAreOnAVolumeThatHangs() throws Exception {
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            BlockInfo block = shard.emergency().journal().append(blocks.of(Lane.CRITICAL, 1, 3));
            BlockReader reader = new BlockReader();
            shard.emergency().blocks().read(block, reader);
            shard.journal().standby().takeOver(retained, new HungForceException(3));
            assertThatThrownBy(() -> shard.emergency().blocks().read(block, reader))
                    .hasMessageContaining("emergency positions 1 to 3")
                    .isInstanceOfSatisfying(FailedVolumeException.class, e -> {
                        assertThat(e.part().isEmergency()).isTrue();
                        assertThat(e.part().fromPosition()).isEqualTo(1);
                        assertThat(e.part().toPosition()).isEqualTo(3);
                    });
            assertThat(shard.emergency().journal().workingCopies()).isZero();
            assertThatThrownBy(() -> shard.emergency().journal().append(blocks.of(Lane.CRITICAL, 4, 1)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void contract2_holdsWhicheverOperationOfTheStandbyFailsWhenItIsTakenOver() throws Exception {
        int nth = 0;
        boolean struck = true;
        while (struck) {
            nth++;
            struck = takesOverWithAFault(nth);
        }
        assertThat(nth).isGreaterThan(10);
    }

    private boolean takesOverWithAFault(int nth) throws IOException {
        Path root = Files.createDirectory(base.toRealPath().resolve("run-" + nth));
        data = root.resolve("data");
        standby = root.resolve("standby");
        files = new FailingVolume(standby);
        files.forceNothing();
        settings = settings.withStandby(StandbySettings.in(standby));
        RetainedBlocks kept = new RetainedBlocks(RetainedBlocks.MIN_BYTES);
        boolean struck = false;
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            for (int i = 0; i < 3; i++) {
                Block block = blocks.of(Lane.STANDARD, 10L * i, 10);
                shard.journal().append(block);
                kept.add(block);
            }
            files.breakAt(nth);
            StandbyVolume.Taken taken = shard.journal().standby().takeOver(kept, broken);
            assertThat(taken.last().lastSequence()).isEqualTo(29);
        } catch (IOException e) {
            struck = files.isBroken();
        }
        struck |= files.isBroken();
        files.mend();
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.failure()).as("with a fault at %s", nth).isNull();
            assertThat(Blocks.sequences(shard.blocks()))
                    .as("with a fault at %s: %s", nth, shard.report())
                    .isEqualTo(Blocks.range(0, 30));
            assertThat(shard.report().damage())
                    .as("with a fault at %s", nth)
                    .noneMatch(damage -> damage.isSerious() && damage.kind() != DamageKind.UNREADABLE);
        }
        return struck;
    }
}
