package io.evident.storage.segment;

import io.evident.event.EventView;
import io.evident.event.Refusal;
import io.evident.pipeline.journal.Block;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Takes events out of a block: the length of each gets its top bit, and its bytes become zeros; all else stays where it is. The
 * first one's bytes then begin with the hash that the block had, so that the next block follows it all the same. For one thread.
 */
public final class BlockReduction {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final EventView event = new EventView();
    private final BlockHash sha256 = new BlockHash();
    private final byte[] hash = new byte[EnvelopeLayout.HASH_BYTES];
    private final CRC32C crc = new CRC32C();

    /** Decides about an event that is still there. */
    @FunctionalInterface
    public interface Choice {
        /** Whether the event is to go. */
        boolean takesOut(EventView event, long sequence);
    }

    /**
     * Takes events out of the whole block that fills the first {@code length} bytes.
     *
     * @return how many; the block is as it was when there are none
     * @throws IllegalStateException when the block's inside contradicts its envelope
     */
    public int reduce(byte[] block, int length, Choice choice) {
        sha256.hash(block, 0, length, hash);
        int first = -1;
        int taken = 0;
        int at = EnvelopeLayout.BYTES;
        long sequence = EnvelopeLayout.firstSequence(block, 0);
        for (int i = 0; i < EnvelopeLayout.count(block, 0); i++) {
            int eventBytes = lengthAt(block, at, 0, length);
            boolean goes = !isRemoved(block, at) && choice.takesOut(wrap(block, at, eventBytes), sequence + i);
            if (goes) {
                INT.set(block, at, eventBytes | Block.REMOVED_BIT);
                taken++;
            }
            first = first < 0 && isRemoved(block, at) ? at : first;
            at += Integer.BYTES + eventBytes;
        }
        if (taken > 0) {
            clear(block, length, first);
        }
        return taken;
    }

    private void clear(byte[] block, int length, int first) {
        int at = first;
        while (at < length) {
            int eventBytes = lengthAt(block, at, 0, length);
            if (isRemoved(block, at)) {
                Arrays.fill(block, at + Integer.BYTES, at + Integer.BYTES + eventBytes, (byte) 0);
            }
            at += Integer.BYTES + eventBytes;
        }
        if (lengthAt(block, first, 0, length) < hash.length) {
            throw new IllegalStateException("an event has no room for a hash");
        }
        System.arraycopy(hash, 0, block, first + Integer.BYTES, hash.length);
        EnvelopeLayout.setReduced(block, length, crc);
    }

    private EventView wrap(byte[] block, int at, int length) {
        Refusal refusal = event.wrap(block, at + Integer.BYTES, length);
        if (refusal != null) {
            throw new IllegalStateException(refusal.detail());
        }
        return event;
    }

    /** How many events were taken out of the whole block that begins at {@code offset}. */
    public static int removedEvents(byte[] bytes, int offset, int length) {
        int removed = 0;
        if (EnvelopeLayout.isReduced(bytes, offset)) {
            int at = offset + EnvelopeLayout.BYTES;
            for (int i = 0; i < EnvelopeLayout.count(bytes, offset); i++) {
                removed += isRemoved(bytes, at) ? 1 : 0;
                at += Integer.BYTES + lengthAt(bytes, at, offset, length);
            }
        }
        return removed;
    }

    /** The hash that a reduced block had at first; false when it does not hold one. */
    static boolean copyHash(byte[] bytes, int offset, int length, byte[] into) {
        int at = offset + EnvelopeLayout.BYTES;
        int end = offset + length;
        while (at <= end - Integer.BYTES - into.length) {
            if (isRemoved(bytes, at)) {
                System.arraycopy(bytes, at + Integer.BYTES, into, 0, EnvelopeLayout.HASH_BYTES);
                return true;
            }
            at += Integer.BYTES + (int) INT.get(bytes, at);
        }
        return false;
    }

    /** Whether the event whose length stands at a place was taken out. */
    static boolean isRemoved(byte[] bytes, int at) {
        return ((int) INT.get(bytes, at) & Block.REMOVED_BIT) != 0;
    }

    private static int lengthAt(byte[] bytes, int at, int offset, int blockLength) {
        int length = (int) INT.get(bytes, at) & ~Block.REMOVED_BIT;
        if (length > offset + blockLength - at - Integer.BYTES) {
            throw new IllegalStateException("an event leaves its block");
        }
        return length;
    }
}
