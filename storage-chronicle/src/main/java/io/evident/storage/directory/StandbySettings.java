package io.evident.storage.directory;

import io.evident.pipeline.journal.RetainedBlocks;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The standby volume.
 *
 * @param directory on another volume than the data directory; created when it is missing
 * @param retainedBytes memory per shard for the blocks that are appended and not yet forced
 * @param forceTimeout a force that takes longer counts as failed
 */
public record StandbySettings(Path directory, int retainedBytes, Duration forceTimeout) {
    public StandbySettings {
        if (retainedBytes < RetainedBlocks.MIN_BYTES) {
            throw new IllegalArgumentException(
                    "retainedBytes is " + retainedBytes + ", less than " + RetainedBlocks.MIN_BYTES);
        }
        if (forceTimeout.isNegative() || forceTimeout.isZero()) {
            throw new IllegalArgumentException("forceTimeout is " + forceTimeout);
        }
    }

    /** 32 MiB per shard, 3 seconds. */
    public static StandbySettings in(Path directory) {
        return new StandbySettings(directory, 32 << 20, Duration.ofSeconds(3));
    }
}
