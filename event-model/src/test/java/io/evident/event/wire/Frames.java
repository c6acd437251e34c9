package io.evident.event.wire;

import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** Whole frames, and what can be done to them. */
final class Frames {
    private static final int ROOM = 1 << 20;

    private Frames() {}

    static byte[] events(long correlationId, Tier tier, List<byte[]> events) {
        byte[] buffer = new byte[ROOM];
        EventBatchEncoder encoder =
                new EventBatchEncoder().begin(buffer, 0, ROOM, FrameLayout.MAX_GROUP_ENTRIES, correlationId, tier);
        for (byte[] event : events) {
            encoder.add(event, 0, event.length);
        }
        return Arrays.copyOf(buffer, encoder.finish());
    }

    /** The receipts with indexes 0, 1, 2 and so on. */
    static byte[] receipts(long correlationId, List<Receipt> receipts) {
        byte[] buffer = new byte[ROOM];
        ReceiptBatchEncoder encoder = new ReceiptBatchEncoder().begin(buffer, 0, ROOM, correlationId);
        for (Receipt receipt : receipts) {
            encoder.add(
                    encoder.count(),
                    receipt.id().getMostSignificantBits(),
                    receipt.id().getLeastSignificantBits(),
                    receipt.shard(),
                    receipt.incarnation(),
                    receipt.sequence(),
                    receipt.tier(),
                    receipt.lane(),
                    receipt.duplicate());
        }
        return Arrays.copyOf(buffer, encoder.finish());
    }

    /** The refusals with indexes 0, 1, 2 and so on, and {@link #retryAfterMs} of them. */
    static byte[] refusals(long correlationId, UUID id, List<Refusal> refusals) {
        byte[] buffer = new byte[ROOM];
        RefusalBatchEncoder encoder = new RefusalBatchEncoder().begin(buffer, 0, ROOM, correlationId);
        for (Refusal refusal : refusals) {
            encoder.add(
                    encoder.count(),
                    id.getMostSignificantBits(),
                    id.getLeastSignificantBits(),
                    refusal,
                    retryAfterMs(encoder.count()));
        }
        return Arrays.copyOf(buffer, encoder.finish());
    }

    static int retryAfterMs(int index) {
        return index * 1_000;
    }

    /** The frame with other bytes put in, its length corrected. */
    static byte[] insert(byte[] frame, int at, int count) {
        byte[] longer = new byte[frame.length + count];
        System.arraycopy(frame, 0, longer, 0, at);
        Arrays.fill(longer, at, at + count, (byte) 0x5A);
        System.arraycopy(frame, at, longer, at + count, frame.length - at);
        FrameLayout.putLength(longer, 0, longer.length);
        return longer;
    }

    /** The frame as a newer peer may send it: a longer block, a higher version. */
    static byte[] withLongerBlock(byte[] frame, int extraBytes) {
        int blockLength = LittleEndian.getUnsignedShort(frame, FrameLayout.BLOCK_LENGTH_OFFSET);
        byte[] longer = insert(frame, FrameLayout.HEADER_BYTES + blockLength, extraBytes);
        LittleEndian.putShort(longer, FrameLayout.BLOCK_LENGTH_OFFSET, blockLength + extraBytes);
        LittleEndian.putShort(longer, FrameLayout.VERSION_OFFSET, 2);
        return longer;
    }
}
