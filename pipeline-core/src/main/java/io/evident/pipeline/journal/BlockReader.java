package io.evident.pipeline.journal;

import io.evident.event.EventView;
import io.evident.event.Refusal;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The events of one block that was read, one after the other. Reusable, also its buffer; bound to one thread.
 *
 * <p>Usage: a {@link BlockSource} fills it, then {@code while (reader.next()) use(reader.event(), reader.sequence())}.
 */
public final class BlockReader {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final EventView event = new EventView();
    private byte[] buffer = new byte[0];
    private BlockInfo block;
    private int at;
    private int remaining;
    private boolean isReduced;
    private boolean isFreed;
    private long sequence;

    /** A buffer of at least this many bytes, for the source to read the block into. */
    public byte[] buffer(int lengthBytes) {
        if (buffer.length < lengthBytes) {
            buffer = new byte[lengthBytes];
        }
        return buffer;
    }

    /** Begins a block whose envelope and events stand at the start of {@link #buffer}; called by the source. */
    public void begin(BlockInfo ofBlock) {
        block = ofBlock;
        at = Block.ENVELOPE_BYTES;
        remaining = ofBlock.count();
        sequence = ofBlock.firstSequence() - 1;
        isFreed = false;
        isReduced = ((short) SHORT.get(buffer, Block.FLAGS_AT) & Block.FLAG_REDUCED) != 0;
    }

    /** Begins a block whose events were all removed, with its bytes: it has none. Called by the source. */
    public void beginFreed(BlockInfo ofBlock) {
        block = ofBlock;
        remaining = 0;
        sequence = ofBlock.lastSequence();
        isFreed = true;
    }

    /** Begins the block at hand again, as it was when it was read. */
    public void beginAgain() {
        if (!isFreed) {
            begin(block);
        }
    }

    /**
     * Moves to the next event; those that were removed are passed by, and so are their sequences.
     *
     * @return false after the last one
     * @throws IllegalStateException when the block's inside contradicts its envelope, which the checksum rules out
     */
    public boolean next() {
        if (isReduced) {
            passRemoved();
        }
        if (remaining == 0) {
            return false;
        }
        int start = at + Integer.BYTES;
        int length = length((int) INT.get(buffer, at), start);
        Refusal refusal = event.wrap(buffer, start, length);
        if (refusal != null) {
            throw new IllegalStateException("event " + (sequence + 1) + " of " + block + ": " + refusal.detail());
        }
        at = start + length;
        remaining--;
        sequence++;
        return true;
    }

    private void passRemoved() {
        while (remaining > 0) {
            int word = (int) INT.get(buffer, at);
            if ((word & Block.REMOVED_BIT) == 0) {
                return;
            }
            int start = at + Integer.BYTES;
            at = start + length(word & ~Block.REMOVED_BIT, start);
            remaining--;
            sequence++;
        }
    }

    private int length(int length, int start) {
        if (length < 0 || length > block.lengthBytes() - start) {
            throw new IllegalStateException("event " + (sequence + 1) + " leaves its block " + block);
        }
        return length;
    }

    /** The event at hand; valid until the next call of {@link #next} or {@link #begin}. */
    public EventView event() {
        return event;
    }

    /** The sequence of the event at hand. */
    public long sequence() {
        return sequence;
    }

    /** The block at hand. */
    public BlockInfo block() {
        return block;
    }
}
