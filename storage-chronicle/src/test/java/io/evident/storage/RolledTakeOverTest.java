package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.journal.RetainedBlocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Segments that were finished, and sealed or not, within the force that failed. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RolledTakeOverTest extends StandbyVolumes {
    private static final int BLOCKS = 14;
    private static final int EVENTS = 10;
    /** Of so many attribute bytes each, five blocks or so fill a segment. */
    private static final int LONG = 20_000;

    /** Fills two segments and begins a third, forces, and lets the volume fail at an operation of that; false if it held. */
    private boolean failAtTheForce(int operation) throws IOException {
        Path root = Files.createDirectory(base.toRealPath().resolve("run-" + operation));
        place(root.resolve("data"), root.resolve("standby"));
        RetainedBlocks kept = new RetainedBlocks(16 << 20);
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            Journal journal = shard.journal();
            for (int i = 0; i < BLOCKS; i++) {
                Block block = blocks.of(Lane.STANDARD, journal.nextSequence(), EVENTS, LONG);
                journal.append(block);
                kept.add(block);
            }
            files.breakAt(operation);
            try {
                journal.force();
                files.mend();
                return false;
            } catch (IOException e) {
                journal.standby().takeOver(kept, e);
            }
        }
        files.mend();
        return true;
    }

    private boolean isSealed(String segment) {
        return Files.exists(TestFiles.segment(data, 0, segment).resolve("blocks.idx"));
    }

    @Test
    void verifyFindsNothingWrongWhicheverOperationOfTheForceFailed() throws Exception {
        int sealed = 0;
        int operation = 1;
        while (failAtTheForce(operation)) {
            sealed += isSealed("1-1") ? 1 : 0;
            try (ReadOnlyDataDirectory.VerifiedShard shard =
                    ReadOnlyDataDirectory.open(data, standby).verify(0)) {
                assertThat(shard.report().damage())
                        .as("operation %d", operation)
                        .isEmpty();
                assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, BLOCKS * EVENTS));
            }
            operation++;
        }
        assertThat(sealed)
                .as("both are sealed when the third segment's force fails")
                .isPositive();
    }

    @Test
    void contract2_whatWasWrittenAgainIsServedInFrontOfASealedSegmentWhenTheOneBeforeThatIsLost() throws Exception {
        int operation = 1;
        while (failAtTheForce(operation) && !isSealed("1-1")) {
            operation++;
        }
        assertThat(isSealed("1-1")).isTrue();
        TestFiles.remove(TestFiles.segment(data, 0, "1-0"));
        for (int start = 0; start < 2; start++) {
            try (DataDirectory directory = open()) {
                OpenedShard shard = only(directory);
                assertThat(shard.report().damage()).isEmpty();
                assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, BLOCKS * EVENTS));
            }
        }
    }
}
