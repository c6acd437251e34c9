package io.evident.event.wire;

/**
 * The message {@code RefusalBatch}. The block is the correlation id; entry offsets are from the first byte of an entry.
 *
 * <pre>
 *   0                8                                12
 *  +----------------+--------------------------------+----------------+
 *  | correlationId  | refusals: u16 block length 25, | count x entry  |
 *  | u64            |           u16 count            |                |
 *  +----------------+--------------------------------+----------------+
 *
 *   0       2        3        5              9        17       25
 *  +-------+--------+--------+--------------+--------+--------+-------------+-------------+
 *  | index | reason | status | retryAfterMs | idHigh | idLow  | field:      | detail:     |
 *  | u16   | u8     | u16    | u32          | i64    | i64    | u16, UTF-8  | u16, UTF-8  |
 *  +-------+--------+--------+--------------+--------+--------+-------------+-------------+
 * </pre>
 */
final class RefusalBatchLayout {
    static final int BLOCK_BYTES = 8;
    static final int EMPTY_BYTES = FrameLayout.HEADER_BYTES + BLOCK_BYTES + FrameLayout.GROUP_HEADER_BYTES;

    static final int INDEX_OFFSET = 0;
    static final int REASON_OFFSET = 2;
    static final int STATUS_OFFSET = 3;
    static final int RETRY_AFTER_OFFSET = 5;
    static final int ID_HIGH_OFFSET = 9;
    static final int ID_LOW_OFFSET = 17;
    static final int ENTRY_BLOCK_BYTES = 25;

    private RefusalBatchLayout() {}
}
