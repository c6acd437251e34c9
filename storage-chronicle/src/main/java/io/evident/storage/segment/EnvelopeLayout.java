package io.evident.storage.segment;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The envelope in front of a block's events: 192 bytes, little-endian, every number on a multiple of its size. All
 * reserved bytes are zero. The published description is docs/formats/journal.md.
 *
 * <pre>
 *      0         4         8    10   12        16        20        24        28 29        32
 *      +-------------------+----+----+---------+---------+---------+---------+--+---------+
 *    0 |       magic       |ver.|flag| length  |  shard  | incarn. |  epoch  |la| reserved|
 *      +-------------------+----+----+---------+---------+---------+---------+--+---------+
 *   32 |  first sequence   |  count  | reserved|  min event time   |    max event time    |
 *      +-------------------+---------+---------+-------------------+----------------------+
 *   64 |                SHA-256 of the previous block, envelope included                   |
 *      +-------------------+--------------------------------------------------------------+
 *   96 |  folded through   |           reserved for the hash tree (80 bytes)              |
 *      +-------------------+                                                              |
 *  128 |                                                                                  |
 *      +                                                          +-----------+-----------+
 *  160 |                                                      184 | reserved  |  CRC32C   |
 *      +----------------------------------------------------------+-----------+-----------+
 *  192 |  events: length (u32), event; length, event; ...
 * </pre>
 *
 * <p>{@code length} counts envelope and events. The CRC32C covers all of them, with its own field as zero.
 */
public final class EnvelopeLayout {
    /** Bytes of an envelope. */
    public static final int ENVELOPE_BYTES = Block.ENVELOPE_BYTES;

    static final int BYTES = ENVELOPE_BYTES;
    /** E7 'E' 'V' 'B' 'L' 'K' FF 0A: no UTF-8 text has the byte FF, so no event's text can look like an envelope. */
    static final long MAGIC = 0x0AFF_4B4C_4256_45E7L;

    static final int VERSION = 1;
    /** Bits 0 to 3: codec of the events, 0 is none. Bits 4 to 7: encryption, 0 is none. The rest is reserved. */
    static final int FLAGS_PLAIN = 0;
    /** Bit 8: a block of the emergency journal, whose first sequence is a position in that. */
    static final int FLAG_EMERGENCY = 1 << 8;

    /** Bit 9: events were taken out of the block; see {@link BlockReduction}. */
    static final int FLAG_REDUCED = Block.FLAG_REDUCED;

    /** The length of a block's hash. */
    public static final int HASH_BYTES = 32;

    /** The longest block. */
    public static final int MAX_BLOCK_BYTES = BYTES + Block.MAX_PAYLOAD_BYTES;

    private static final int VERSION_AT = 8;
    private static final int FLAGS_AT = Block.FLAGS_AT;
    private static final int LENGTH_AT = 12;
    private static final int SHARD_AT = 16;
    private static final int INCARNATION_AT = 20;
    private static final int EPOCH_AT = 24;
    private static final int LANE_AT = 28;
    private static final int FIRST_SEQUENCE_AT = 32;
    private static final int COUNT_AT = 40;
    private static final int MIN_TIME_AT = 48;
    private static final int MAX_TIME_AT = 56;
    /** Where in an envelope the hash of the previous block begins. */
    public static final int PREVIOUS_HASH_AT = 64;

    private static final int FOLDED_THROUGH_AT = 96;
    private static final int CRC_AT = 188;
    private static final byte[] NO_HASH = new byte[HASH_BYTES];
    private static final byte[] ZERO_CRC = new byte[Integer.BYTES];

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private EnvelopeLayout() {}

    /** Puts the envelope into its room in front of the block's events, checksum included. */
    public static void write(
            Block block, int shard, int incarnation, long foldedThrough, byte[] previousHash, CRC32C crcToUse) {
        write(block, FLAGS_PLAIN, shard, incarnation, foldedThrough, previousHash, crcToUse);
    }

    /** The same for a block of the emergency journal. */
    public static void writeEmergency(Block block, int shard, int incarnation, CRC32C crcToUse) {
        write(block, FLAG_EMERGENCY, shard, incarnation, 0, NO_HASH, crcToUse);
    }

    private static void write(
            Block block,
            int flags,
            int shard,
            int incarnation,
            long foldedThrough,
            byte[] previousHash,
            CRC32C crcToUse) {
        byte[] to = block.bytes();
        java.util.Arrays.fill(to, 0, BYTES, (byte) 0);
        LONG.set(to, 0, MAGIC);
        SHORT.set(to, VERSION_AT, (short) VERSION);
        SHORT.set(to, FLAGS_AT, (short) flags);
        INT.set(to, LENGTH_AT, block.lengthBytes());
        INT.set(to, SHARD_AT, shard);
        INT.set(to, INCARNATION_AT, incarnation);
        INT.set(to, EPOCH_AT, block.epoch());
        to[LANE_AT] = (byte) block.lane().ordinal();
        LONG.set(to, FIRST_SEQUENCE_AT, block.firstSequence());
        INT.set(to, COUNT_AT, block.count());
        LONG.set(to, MIN_TIME_AT, block.minTimeNs());
        LONG.set(to, MAX_TIME_AT, block.maxTimeNs());
        System.arraycopy(previousHash, 0, to, PREVIOUS_HASH_AT, HASH_BYTES);
        LONG.set(to, FOLDED_THROUGH_AT, foldedThrough);
        INT.set(to, CRC_AT, crc(to, 0, block.lengthBytes(), crcToUse));
    }

    private static int crc(byte[] bytes, int offset, int length, CRC32C crc) {
        crc.reset();
        crc.update(bytes, offset, CRC_AT);
        crc.update(ZERO_CRC, 0, Integer.BYTES);
        crc.update(bytes, offset + BYTES, length - BYTES);
        return (int) crc.getValue();
    }

    /** What is wrong with the block of {@code length} bytes at {@code offset}, or {@code null} when it is whole. */
    public static DamageKind check(byte[] bytes, int offset, int length, CRC32C crcToUse) {
        return check(bytes, offset, length, FLAGS_PLAIN, crcToUse);
    }

    /** The same for a block that has to carry other flags. */
    public static DamageKind check(byte[] bytes, int offset, int length, int wantedFlags, CRC32C crcToUse) {
        if (length < BYTES || length > MAX_BLOCK_BYTES || !startsLikeBlock(bytes, offset)) {
            return DamageKind.NOT_A_BLOCK;
        }
        if (length(bytes, offset) != length
                || (int) INT.get(bytes, offset + CRC_AT) != crc(bytes, offset, length, crcToUse)) {
            return DamageKind.CHECKSUM;
        }
        // A whole block that this version does not understand is named as such, rather than called damaged.
        int version = Short.toUnsignedInt((short) SHORT.get(bytes, offset + VERSION_AT));
        int flags = Short.toUnsignedInt((short) SHORT.get(bytes, offset + FLAGS_AT));
        boolean understood = version == VERSION
                && (flags == wantedFlags || (wantedFlags == FLAGS_PLAIN && flags == FLAG_REDUCED))
                && Lane.ofCode(bytes[offset + LANE_AT]) != null
                && count(bytes, offset) > 0
                && count(bytes, offset) <= Block.MAX_EVENTS
                && firstSequence(bytes, offset) >= 0;
        return understood ? null : DamageKind.UNKNOWN_VERSION;
    }

    /** Whether events were taken out of the block that begins at {@code offset}. */
    static boolean isReduced(byte[] bytes, int offset) {
        return startsLikeBlock(bytes, offset) && ((short) SHORT.get(bytes, offset + FLAGS_AT) & FLAG_REDUCED) != 0;
    }

    /** Says so of the block, which fills the first {@code length} bytes, and puts its checksum right. */
    static void setReduced(byte[] bytes, int length, CRC32C crcToUse) {
        SHORT.set(bytes, FLAGS_AT, (short) FLAG_REDUCED);
        INT.set(bytes, CRC_AT, crc(bytes, 0, length, crcToUse));
    }

    static boolean startsLikeBlock(byte[] bytes, int offset) {
        return (long) LONG.get(bytes, offset) == MAGIC;
    }

    static int length(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset + LENGTH_AT);
    }

    static int shard(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset + SHARD_AT);
    }

    static int incarnation(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset + INCARNATION_AT);
    }

    static long firstSequence(byte[] bytes, int offset) {
        return (long) LONG.get(bytes, offset + FIRST_SEQUENCE_AT);
    }

    static int count(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset + COUNT_AT);
    }

    /**
     * Whether this was an envelope of the shard's emergency journal, though its block need not be whole: any two of magic,
     * shard and lane have to be right, so that a flipped bit does not hide it.
     */
    public static boolean resemblesEmergency(byte[] envelope, int shard) {
        int right = startsLikeBlock(envelope, 0) ? 1 : 0;
        right += shard(envelope, 0) == shard ? 1 : 0;
        right += Lane.ofCode(envelope[LANE_AT]) == Lane.CRITICAL && count(envelope, 0) > 0 ? 1 : 0;
        return right >= 2;
    }

    /** The checksum that a block carries. */
    public static int checksum(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset + CRC_AT);
    }

    /** How far the emergency journal was folded in when the block that begins at {@code offset} was written. */
    public static long foldedThrough(byte[] bytes, int offset) {
        return (long) LONG.get(bytes, offset + FOLDED_THROUGH_AT);
    }

    /**
     * The description of a whole block.
     *
     * @param offset where its envelope begins
     * @param segment the number that its segment has among the shard's
     * @param position where it stands in the segment's file
     */
    public static BlockInfo info(byte[] bytes, int offset, int segment, long position) {
        return new BlockInfo(
                segment,
                position,
                length(bytes, offset),
                incarnation(bytes, offset),
                (int) INT.get(bytes, offset + EPOCH_AT),
                Lane.ofCode(bytes[offset + LANE_AT]),
                firstSequence(bytes, offset),
                count(bytes, offset),
                (long) LONG.get(bytes, offset + MIN_TIME_AT),
                (long) LONG.get(bytes, offset + MAX_TIME_AT));
    }
}
