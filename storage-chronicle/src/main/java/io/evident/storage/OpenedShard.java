package io.evident.storage;

import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.Journal;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.emergency.OpenedEmergency;
import io.evident.storage.file.Closing;
import io.evident.storage.recovery.RecoveryReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One shard, open for writing and reading, or for reading only.
 *
 * @param journal for the shard's writer and committer
 * @param blocks for everyone who reads
 * @param report what was found when it was opened
 * @param emergency its emergency journal
 * @param standby its standby volume, or {@code null}
 * @param ownFailure why it is written to on its standby volume from the beginning, or {@code null} when it is not
 */
public record OpenedShard(
        Journal journal,
        BlockSource blocks,
        RecoveryReport report,
        OpenedEmergency emergency,
        ShardStandby standby,
        IOException ownFailure)
        implements AutoCloseable {
    /** How long closing what is on a volume that hangs may take. */
    private static final long HANGING_MS = 2_000;

    /** Why the shard is open for reading only: its journal takes nothing. {@code null} when all is well. */
    public IOException failure() {
        return journal.openFailure();
    }

    /**
     * Whether it was given up, and is open for reading only because there is nothing to be written; {@link
     * DataDirectory#reopen}.
     */
    public boolean isSealed() {
        return journal.isSealed();
    }

    /**
     * Closes the journals, and then the reading side; nobody may write or read any more. What is on a volume that hangs is
     * left to a thread of its own after two seconds, and ten more where a segment was being sealed.
     */
    @Override
    public void close() throws IOException {
        List<AutoCloseable> own = List.of(journal, emergency, (ShardBlocks) blocks);
        if (standby != null && standby.isOwnHanging()) {
            // First what is on the standby volume, which is to be forced.
            List<AutoCloseable> parts = new ArrayList<>(List.of(standby));
            parts.add(() -> Closing.aside(own, "closing-" + blocks.shard(), HANGING_MS));
            Closing.all(parts);
            return;
        }
        List<AutoCloseable> all = new ArrayList<>(List.of(journal, emergency));
        if (standby != null) {
            all.add(standby);
        }
        all.add((ShardBlocks) blocks);
        Closing.all(all);
    }
}
