package io.evident.server.config;

import java.nio.file.Path;

/**
 * The emergency path of CRITICAL events.
 *
 * @param queueEvents events of a shard that may wait for its emergency thread
 * @param overflowBytes buffers of all shards for those that do not fit inline
 * @param stallMs after so long without progress a shard's writer counts as stalled
 * @param fileBytes size of one file of a shard's emergency journal; two are written ahead
 * @param totalBytes most bytes of a shard's emergency journal, per copy
 * @param backup directory of the second copy, or {@code null}
 * @param backupPatienceMs a copy that is so much slower than the other is given up
 */
public record EmergencyConfig(
        int queueEvents,
        long overflowBytes,
        long stallMs,
        long fileBytes,
        long totalBytes,
        Path backup,
        long backupPatienceMs) {}
