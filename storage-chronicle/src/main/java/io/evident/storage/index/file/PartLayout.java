package io.evident.storage.index.file;

/**
 * The layout of a part's file, little-endian; offsets are from its beginning.
 *
 * <pre>
 *    0  magic u64 | version u32 | shard u32 | incarnation u32 | events u32 | blocks u32 | data bytes u32
 *   32  first sequence i64 | fingerprint of the blocks u64 | smallest, largest event time i64
 *   64  offsets u32 of: blocks, times, event offsets, checksums, id slots | number of id slots u32
 *   88  seed of the hashes u64
 *   96  per field 5 u32: offset and number of its slots; offset and number of its directory; offset of its entries
 *  316  offset of the filter, number of its words u32
 *  508  CRC32C u32 of all before it
 *  512  the sections
 *       behind "data bytes": CRC32C u32 of each 16 KiB before it, then the CRC32C u32 of these
 * </pre>
 *
 * What the sections hold is told in {@code docs/formats/index.md}.
 */
final class PartLayout {
    static final long MAGIC = 0x0AFF_5844_4956_45E7L;
    static final int VERSION = 2;

    static final int VERSION_AT = 8;
    static final int SHARD_AT = 12;
    static final int INCARNATION_AT = 16;
    static final int EVENTS_AT = 20;
    static final int BLOCKS_AT = 24;
    static final int DATA_BYTES_AT = 28;
    static final int FIRST_SEQUENCE_AT = 32;
    static final int FINGERPRINT_AT = 40;
    static final int MIN_TIME_AT = 48;
    static final int MAX_TIME_AT = 56;
    static final int BLOCK_SECTION_AT = 64;
    static final int TIME_SECTION_AT = 68;
    static final int OFFSET_SECTION_AT = 72;
    static final int CRC_SECTION_AT = 76;
    static final int ID_SLOTS_AT = 80;
    static final int ID_SLOT_COUNT_AT = 84;
    static final int SEED_AT = 88;
    static final int FIELDS_AT = 96;
    static final int FIELD_BYTES = 20;
    static final int FILTER_SECTION_AT = 316;
    static final int FILTER_WORDS_AT = 320;
    static final int HEADER_CRC_AT = 508;
    static final int HEADER_BYTES = 512;

    static final int PAGE_BITS = 14;
    static final int PAGE_BYTES = 1 << PAGE_BITS;

    /** First event u32, where its times begin u32, length u32, smallest and largest time i64. */
    static final int BLOCK_BYTES = 28;
    /** The bytes of each time stand above this in what tells where times begin. */
    static final int TIME_WIDTH_SHIFT = 28;

    static final int OFFSET_BYTES = 3;

    /** A slot of a field that leads to no entry. */
    static final int NO_ENTRY = -1;
    /** The directory has the first of so many entries. */
    static final int DIRECTORY_STEP = 64;
    /** Up to so many events stand as numbers in an entry; more as a bitmap. */
    static final int MAX_INLINE = 16;

    private static final double MAX_LOAD = 0.7;

    private PartLayout() {}

    /** How many slots so many terms get. */
    static int slotsFor(int terms) {
        return (int) (terms / MAX_LOAD) + 1;
    }

    static int pages(int dataBytes) {
        return (dataBytes + PAGE_BYTES - 1) >>> PAGE_BITS;
    }
}
