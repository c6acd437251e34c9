package io.evident.storage.recovery;

import io.evident.storage.blocks.ShardBlocks;
import java.util.Set;

/**
 * A shard after recovery: what a journal continues from.
 *
 * @param blocks the good blocks
 * @param nextSequence the sequence behind the last good event
 * @param lastHash the hash of the last good block, zeros when there is none
 * @param foldedThrough how far the emergency journal was folded in by the last good block
 * @param lastIncarnation the highest incarnation that was ever begun, 0 for none
 * @param report what was found
 * @param unsettled the numbers of segments that may be in memory only, as they were neither sealed nor forced now
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
public record RecoveredShard(
        ShardBlocks blocks,
        long nextSequence,
        byte[] lastHash,
        long foldedThrough,
        int lastIncarnation,
        RecoveryReport report,
        Set<Integer> unsettled) {}
