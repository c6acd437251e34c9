package io.evident.storage.segment;

import java.util.zip.CRC32C;

/**
 * Whose blocks a file holds: every other block in it is foreign.
 *
 * @param flags the flags that they carry
 * @param shard their shard
 * @param incarnation their incarnation, or {@link #ANY_INCARNATION}
 */
public record BlockOwner(int flags, int shard, int incarnation) {
    /** The file holds blocks of many openings. */
    public static final int ANY_INCARNATION = 0;

    /** The emergency journal of a shard. */
    public static BlockOwner emergency(int shard) {
        return new BlockOwner(EnvelopeLayout.FLAG_EMERGENCY, shard, ANY_INCARNATION);
    }

    /** What is wrong with the bytes that should be a block of the owner, or {@code null} when they are one. */
    public DamageKind check(byte[] bytes, int offset, int length, CRC32C crcToUse) {
        DamageKind wrong = EnvelopeLayout.check(bytes, offset, length, flags, crcToUse);
        if (wrong != null) {
            return wrong;
        }
        int of = EnvelopeLayout.incarnation(bytes, offset);
        boolean ours =
                EnvelopeLayout.shard(bytes, offset) == shard && (incarnation == ANY_INCARNATION || of == incarnation);
        return ours ? null : DamageKind.FOREIGN;
    }
}
