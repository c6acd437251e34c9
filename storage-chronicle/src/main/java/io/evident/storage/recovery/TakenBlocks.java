package io.evident.storage.recovery;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import io.evident.storage.segment.EnvelopeLayout;
import io.evident.storage.segment.SegmentName;
import java.util.Arrays;

/**
 * What recovery takes of a shard, block by block in the order of their sequences: whether each follows the one before it,
 * what is missing in between or comes again, and how far the emergency journal is folded in. Used once, by one thread.
 */
final class TakenBlocks {
    private final RecoveryFindings findings;
    private final ShardBlocks blocks;
    private final byte[] lastHash = new byte[EnvelopeLayout.HASH_BYTES];
    private long events;
    private long nextSequence;
    private long foldedThrough;
    /** The highest position that any block says is folded, believed or not. */
    private long saidFoldedThrough;
    /** The incarnation that blocks are missing of, whose later blocks are not believed about folding; 0 for none. */
    private int incarnationWithGap;

    /** Whether something was set aside since the last good block, so that the next one's link cannot fit. */
    private boolean linkLost;

    /** Why part of the shard's own volume may be missing, or {@code null}. */
    private String ownAway;
    /**
     * Whether the shard's own volume is known to be there and cannot be read: then what is missing in front of the standby
     * volume's blocks was forced on it, and what these say of folding counts; unless the front is lost.
     */
    private boolean ownUnreadable;
    /** Whether what is missing in front of the next block may have been lost on the standby volume itself. */
    private boolean frontLost;

    TakenBlocks(int shard, RecoveryFindings findings) {
        this.findings = findings;
        this.blocks = new ShardBlocks(shard);
    }

    ShardBlocks blocks() {
        return blocks;
    }

    /** The hash of the last block; not to be changed. */
    byte[] lastHash() {
        return lastHash;
    }

    long nextSequence() {
        return nextSequence;
    }

    long foldedThrough() {
        return foldedThrough;
    }

    long saidFoldedThrough() {
        return saidFoldedThrough;
    }

    long events() {
        return events;
    }

    /** Whether blocks of an incarnation are missing, so that what the others say of folding is not believed. */
    boolean hasGap(int incarnation) {
        return incarnation == incarnationWithGap;
    }

    /** Part of the shard's own volume may be missing. */
    void ownIsAway(String why) {
        ownAway = why;
    }

    /** All of the shard's own volume is, though it is known to be there. */
    void ownIsUnreadable(String why) {
        ownAway = why;
        ownUnreadable = true;
    }

    /** Something was set aside: the next block's link need not fit. */
    void loseLink() {
        linkLost = true;
    }

    /** Nobody knows whether all was written again that belongs in front of the next block. */
    void loseFront() {
        frontLost = true;
    }

    /** The last block that was taken has this hash. */
    void endWith(byte[] hash) {
        System.arraycopy(hash, 0, lastHash, 0, lastHash.length);
    }

    /**
     * Looks at the link of the block that comes next. One that does not fit behind known damage is explained by it; any
     * other is a finding of its own.
     *
     * @param previousHash has the hash that the block carries at {@code at}
     */
    void checkLink(SegmentName name, BlockInfo info, byte[] previousHash, int at) {
        boolean fits = Arrays.equals(previousHash, at, at + lastHash.length, lastHash, 0, lastHash.length);
        if (!fits && !linkLost && info.firstSequence() == nextSequence) {
            findings.report(new Damage(
                    DamageKind.CHAIN,
                    name.toString(),
                    info.position(),
                    0,
                    "the block from sequence " + info.firstSequence() + " does not follow the block before it"));
        }
        frontLost |= linkLost;
        linkLost = false;
    }

    /** Takes the block that comes next, unless its sequences were taken from another. */
    boolean take(SegmentName name, BlockInfo info, long folded, boolean isOnStandby) {
        boolean frontForced = ownUnreadable && isOnStandby && !frontLost;
        frontLost = false;
        long first = info.firstSequence();
        BlockInfo last = blocks.blockCount() == 0 ? null : blocks.block(blocks.blockCount() - 1);
        boolean laterIncarnation = last != null && info.incarnation() > last.incarnation();
        // A segment that could not be read when a later incarnation began may be there again: then both hold what was
        // acknowledged, under identities of their own.
        boolean newSequences = last == null || laterIncarnation || first > last.lastSequence();
        if (first < nextSequence && (laterIncarnation || !newSequences)) {
            reportOverlap(name, info, newSequences);
        }
        if (!newSequences) {
            return false;
        }
        // Within an incarnation the block before counts, also below what an earlier one has reached.
        long expected = last == null || laterIncarnation ? nextSequence : last.lastSequence() + 1;
        if (first > expected) {
            reportGap(name, info, expected, isOnStandby);
            boolean beginsIncarnation = last == null || laterIncarnation;
            incarnationWithGap = frontForced && beginsIncarnation ? incarnationWithGap : info.incarnation();
        }
        // A missing block may be one that folded events in. They are still in the emergency journal, as it was not
        // forced; so what later blocks of the same writer say about folding does not count, until a later start has
        // seen to it.
        saidFoldedThrough = Math.max(saidFoldedThrough, folded);
        foldedThrough = hasGap(info.incarnation()) ? foldedThrough : folded;
        blocks.add(info, foldedThrough);
        events += info.count();
        nextSequence = Math.max(nextSequence, info.lastSequence() + 1);
        return true;
    }

    private void reportOverlap(SegmentName name, BlockInfo info, boolean newSequences) {
        findings.report(new Damage(
                DamageKind.OVERLAP,
                name.toString(),
                info.position(),
                info.lengthBytes(),
                "sequences " + info.firstSequence() + " to " + info.lastSequence() + " come again"
                        + (newSequences ? ", in a later incarnation" : "")));
    }

    private void reportGap(SegmentName name, BlockInfo info, long expected, boolean isOnStandby) {
        long end = info.firstSequence() - 1;
        findings.report(new Damage(
                DamageKind.GAP,
                name.toString(),
                info.position(),
                0,
                "sequences " + expected + " to " + end + " are missing"));
        if (isOnStandby && ownAway != null) {
            findings.away(expected, end, ownAway);
        }
    }
}
