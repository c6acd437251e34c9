package io.evident.storage.recovery;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.segment.BlockHash;
import io.evident.storage.segment.EnvelopeLayout;
import io.evident.storage.segment.SegmentName;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The blocks of one incarnation that were written again on the standby volume, by their first sequence. Those that are on
 * the failed volume, too, are superseded there. Used by recovery, which takes out what it serves.
 */
final class Continuation {
    /**
     * One of the blocks.
     *
     * @param name of the segment that holds it
     * @param previousHash that it carries
     * @param hash its own
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
    record Held(SegmentName name, BlockInfo info, long foldedThrough, byte[] previousHash, byte[] hash) {
        /** Whether a block that is described like this is the same one, wherever it stands. */
        boolean describes(BlockInfo other) {
            return new BlockInfo(
                            info.segment(),
                            info.position(),
                            other.lengthBytes(),
                            other.incarnation(),
                            other.epoch(),
                            other.lane(),
                            other.firstSequence(),
                            other.count(),
                            other.minTimeNs(),
                            other.maxTimeNs())
                    .equals(info);
        }
    }

    private final TreeMap<Long, Held> held = new TreeMap<>();
    /** From where all that was not forced is known to have been written again. */
    private long coveredFrom = Long.MAX_VALUE;

    /**
     * Takes a whole block as it was read.
     *
     * @param isComplete whether its segment is marked: see {@link io.evident.storage.segment.WrittenAgain}
     */
    void add(SegmentName name, boolean isComplete, BlockInfo info, byte[] bytes, int offset) {
        int linkAt = offset + EnvelopeLayout.PREVIOUS_HASH_AT;
        byte[] hash = new byte[EnvelopeLayout.HASH_BYTES];
        new BlockHash().hash(bytes, offset, info.lengthBytes(), hash);
        byte[] previousHash = Arrays.copyOfRange(bytes, linkAt, linkAt + EnvelopeLayout.HASH_BYTES);
        long folded = EnvelopeLayout.foldedThrough(bytes, offset);
        held.putIfAbsent(info.firstSequence(), new Held(name, info, folded, previousHash, hash));
        if (isComplete) {
            coveredFrom = Math.min(coveredFrom, info.firstSequence());
        }
    }

    /** Whether what the failed volume holds from here on does not count: all of it was written again. */
    boolean covers(long sequence) {
        return sequence >= coveredFrom;
    }

    /** Takes the block that begins with a sequence, or {@code null}. */
    Held take(long sequence) {
        return held.remove(sequence);
    }

    /** Takes the first block in front of a sequence, or {@code null}. */
    Held takeBefore(long sequence) {
        Map.Entry<Long, Held> first = held.firstEntry();
        return first == null || first.getKey() >= sequence
                ? null
                : held.pollFirstEntry().getValue();
    }
}
