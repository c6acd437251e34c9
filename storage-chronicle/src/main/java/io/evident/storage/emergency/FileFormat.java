package io.evident.storage.emergency;

import io.evident.storage.segment.DamageKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * A file of the emergency journal: a header of 4 KiB that is written once, before the file is used, and then blocks, each
 * behind its length (u32), at multiples of 4, up to a length of zero.
 *
 * <pre>
 *    0  word u32: 4092 with bit 30 | version u32 | magic u64 | shard u32 | file u32 | journal id 16 bytes | CRC32C u32
 * 4096  length u32, block; ...; 0 u32.   Little-endian.
 * </pre>
 *
 * <p>A file whose events are all folded is written again from its start, over what it holds. What is left of the older
 * blocks can never be taken for a newer one: positions are never used twice, and a file is written again only when the
 * shard's journal has been forced with a block that says that all of them are folded; so every whole block that is left has
 * a position that the next start knows to be folded, as long as it can read that block and believes it: behind blocks that
 * are missing, it does not. No other mark, and no writing of zeros, is needed.
 */
final class FileFormat {
    static final int MAX_FILES = 100;
    static final int HEADER_BYTES = 4096;
    static final int WORD_BYTES = Integer.BYTES;

    private static final int METADATA_BIT = 1 << 30;
    private static final int FIRST_WORD = METADATA_BIT | (HEADER_BYTES - WORD_BYTES);
    private static final int VERSION = 1;
    private static final int VERSION_AT = 4;
    private static final int MAGIC_AT = 8;
    /** E7 'E' 'V' 'E' 'M' 'G' FF 0A. */
    private static final long MAGIC = 0x0AFF_474D_4556_45E7L;

    private static final int SHARD_AT = 16;
    private static final int ID_AT = 24;
    private static final int CRC_AT = 40;
    private static final String SUFFIX = ".blocks";
    private static final int NAME_DIGITS = 2;
    /** Made once: every start asks for all of them, for each copy. */
    private static final List<String> NAMES = IntStream.range(0, MAX_FILES)
            .mapToObj(file -> String.format(Locale.ROOT, "%02d%s", file, SUFFIX))
            .toList();

    private FileFormat() {}

    static String name(int file) {
        return NAMES.get(file);
    }

    /** The number in a file's name, or -1 when it is none. */
    static int number(String name) {
        boolean fits = name.length() == NAME_DIGITS + SUFFIX.length()
                && name.endsWith(SUFFIX)
                && Character.digit(name.charAt(0), 10) >= 0
                && Character.digit(name.charAt(1), 10) >= 0;
        return fits ? Integer.parseInt(name.substring(0, NAME_DIGITS)) : -1;
    }

    /** Bytes of a block with the words around it. */
    static int recordBytes(int blockBytes) {
        return WORD_BYTES + padded(blockBytes) + WORD_BYTES;
    }

    static int padded(int blockBytes) {
        return (blockBytes + WORD_BYTES - 1) & -WORD_BYTES;
    }

    static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static ByteBuffer header(int shard, int file, JournalId id) {
        ByteBuffer header = littleEndian(HEADER_BYTES);
        header.putInt(FIRST_WORD).putInt(VERSION).putLong(MAGIC).putInt(shard).putInt(file);
        header.putLong(id.high()).putLong(id.low());
        header.putInt(crc(header));
        return header.clear();
    }

    private static int crc(ByteBuffer header) {
        CRC32C crc = new CRC32C();
        crc.update(header.duplicate().clear().limit(CRC_AT));
        return (int) crc.getValue();
    }

    /** What is wrong with a header of this shard, or {@code null} when nothing is. */
    static DamageKind check(ByteBuffer header, int shard) {
        boolean ours = header.getInt(0) == FIRST_WORD
                && header.getLong(MAGIC_AT) == MAGIC
                && header.getInt(CRC_AT) == crc(header);
        if (!ours) {
            return DamageKind.HEADER;
        }
        if (header.getInt(VERSION_AT) != VERSION) {
            return DamageKind.UNKNOWN_VERSION;
        }
        return header.getInt(SHARD_AT) == shard ? null : DamageKind.FOREIGN;
    }

    /**
     * Whether this may be what a write of this file's header left that broke off: the header's bytes up to some place, of
     * whichever journal, and zeros behind. Zeros alone are one, a whole header is none.
     */
    static boolean isBrokenOff(ByteBuffer header, int shard, int file) {
        int end = HEADER_BYTES;
        while (end > 0 && header.get(end - 1) == 0) {
            end--;
        }
        int compared = Math.min(end, CRC_AT);
        ByteBuffer whole = header(shard, file, id(header));
        return end < CRC_AT + Integer.BYTES && header.slice(0, compared).equals(whole.slice(0, compared));
    }

    static JournalId id(ByteBuffer header) {
        return new JournalId(header.getLong(ID_AT), header.getLong(ID_AT + Long.BYTES));
    }

    static String describe(ByteBuffer header) {
        return "version " + header.getInt(VERSION_AT) + ", shard " + header.getInt(SHARD_AT);
    }
}
