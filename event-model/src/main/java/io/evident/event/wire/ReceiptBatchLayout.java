package io.evident.event.wire;

/**
 * The message {@code ReceiptBatch}. The block is the correlation id; entry offsets are from the first byte of an entry.
 *
 * <pre>
 *   0                8                                12
 *  +----------------+--------------------------------+----------------+
 *  | correlationId  | receipts: u16 block length 35, | count x entry  |
 *  | u64            |           u16 count            |                |
 *  +----------------+--------------------------------+----------------+
 *
 *   0       2      3      4       5       7             11         19       27       35
 *  +-------+------+------+-------+-------+-------------+----------+--------+--------+
 *  | index | tier | lane | flags | shard | incarnation | sequence | idHigh | idLow  |
 *  | u16   | u8   | u8   | u8    | u16   | u32         | i64      | i64    | i64    |
 *  +-------+------+------+-------+-------+-------------+----------+--------+--------+
 * </pre>
 */
final class ReceiptBatchLayout {
    static final int BLOCK_BYTES = 8;
    static final int EMPTY_BYTES = FrameLayout.HEADER_BYTES + BLOCK_BYTES + FrameLayout.GROUP_HEADER_BYTES;

    static final int INDEX_OFFSET = 0;
    static final int TIER_OFFSET = 2;
    static final int LANE_OFFSET = 3;
    static final int FLAGS_OFFSET = 4;
    static final int SHARD_OFFSET = 5;
    static final int INCARNATION_OFFSET = 7;
    static final int SEQUENCE_OFFSET = 11;
    static final int ID_HIGH_OFFSET = 19;
    static final int ID_LOW_OFFSET = 27;
    static final int ENTRY_BYTES = 35;

    /** An event with this id and content was there before. */
    static final int FLAG_DUPLICATE = 1;

    private ReceiptBatchLayout() {}
}
