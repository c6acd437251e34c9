package io.evident.event.wire;

/**
 * The message {@code EventBatch}. Offsets are from the first byte of its block.
 *
 * <pre>
 *   0                8        9                                13
 *  +----------------+--------+--------------------------------+--------------------------------+
 *  | correlationId  | tier   | events: u16 block length 0,    | count x (u32 length, one       |
 *  | u64            | u8     |         u16 count              | AuditEvent with its header)    |
 *  +----------------+--------+--------------------------------+--------------------------------+
 * </pre>
 */
final class EventBatchLayout {
    static final int CORRELATION_ID_OFFSET = 0;
    static final int TIER_OFFSET = 8;
    /** In the place of a tier: the sender names none. SBE's null value of the enumeration. */
    static final int NO_TIER = 255;

    static final int BLOCK_BYTES = 9;
    /** Bytes of the length that stands before each event. */
    static final int EVENT_LENGTH_BYTES = Integer.BYTES;
    /** Bytes of a batch without events. */
    static final int EMPTY_BYTES = FrameLayout.HEADER_BYTES + BLOCK_BYTES + FrameLayout.GROUP_HEADER_BYTES;

    private EventBatchLayout() {}
}
