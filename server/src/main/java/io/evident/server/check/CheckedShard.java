package io.evident.server.check;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockSource;
import io.evident.storage.recovery.RecoveryReport;

/**
 * What one shard holds.
 *
 * @param report what was found
 * @param bytes of its whole blocks, but those that retention freed
 * @param oldestNs smallest event time, {@link Long#MAX_VALUE} when there is no event
 * @param newestNs largest event time, {@link Long#MIN_VALUE} when there is no event
 * @param incarnation the last one that wrote a block, 0 when none did
 * @param epoch the last one in use, 0 when there is no block
 * @param emergencyEvents events of its emergency journal that are not folded in, and not among those of the report
 */
public record CheckedShard(
        RecoveryReport report,
        long bytes,
        long oldestNs,
        long newestNs,
        int incarnation,
        int epoch,
        long emergencyEvents) {
    static CheckedShard of(RecoveryReport report, BlockSource blocks, long emergencyEvents) {
        long bytes = 0;
        long oldest = Long.MAX_VALUE;
        long newest = Long.MIN_VALUE;
        int incarnation = 0;
        int epoch = 0;
        for (int i = 0; i < blocks.blockCount(); i++) {
            BlockInfo block = blocks.block(i);
            if (blocks.nextKept(i) == i) {
                bytes += block.lengthBytes();
                oldest = Math.min(oldest, block.minTimeNs());
                newest = Math.max(newest, block.maxTimeNs());
            }
            incarnation = Math.max(incarnation, block.incarnation());
            epoch = Math.max(epoch, block.epoch());
        }
        return new CheckedShard(report, bytes, oldest, newest, incarnation, epoch, emergencyEvents);
    }
}
