package io.evident.pipeline.lane;

import io.evident.event.EventLimits;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.ManyToManyConcurrentArrayQueue;

/**
 * Lends buffers for events that are larger than a slot, in four sizes, each bounded in number. Buffers are made when
 * first needed and kept for ever. Thread-safe, never blocks.
 */
public final class OverflowPool {
    private static final int[] SIZE_BYTES = {2 * 1024, 4 * 1024, 16 * 1024, EventLimits.ENCODED_BYTES};

    private final SizeClass[] classes = new SizeClass[SIZE_BYTES.length];

    /**
     * @param maxBytes most bytes that all buffers together may take; a quarter goes to each size
     */
    public OverflowPool(long maxBytes) {
        for (int i = 0; i < classes.length; i++) {
            classes[i] = new SizeClass(SIZE_BYTES[i], Math.max(1, (int) (maxBytes / classes.length / SIZE_BYTES[i])));
        }
    }

    /** A buffer of at least this many bytes, at most {@link EventLimits#ENCODED_BYTES}; {@code null} when none is left. */
    byte[] lend(int lengthBytes) {
        for (SizeClass sizeClass : classes) {
            if (lengthBytes <= sizeClass.sizeBytes) {
                byte[] buffer = sizeClass.lend();
                if (buffer != null) {
                    return buffer;
                }
            }
        }
        return null;
    }

    /** Whether {@link #lend} would find a buffer just now; a moment's estimate for any thread. */
    boolean mayLend(int lengthBytes) {
        for (SizeClass sizeClass : classes) {
            if (lengthBytes <= sizeClass.sizeBytes && sizeClass.mayLend()) {
                return true;
            }
        }
        return false;
    }

    /** Takes a lent buffer back. */
    void giveBack(byte[] buffer) {
        for (SizeClass sizeClass : classes) {
            if (buffer.length == sizeClass.sizeBytes) {
                sizeClass.giveBack(buffer);
                return;
            }
        }
        throw new IllegalArgumentException("not a buffer of this pool: " + buffer.length + " bytes");
    }

    private static final class SizeClass {
        private final int sizeBytes;
        private final ManyToManyConcurrentArrayQueue<byte[]> free;
        private final AtomicInteger stillToMake;

        SizeClass(int sizeBytes, int maxBuffers) {
            this.sizeBytes = sizeBytes;
            this.free = new ManyToManyConcurrentArrayQueue<>(Math.max(2, maxBuffers));
            this.stillToMake = new AtomicInteger(maxBuffers);
        }

        byte[] lend() {
            byte[] buffer = free.poll();
            return buffer == null && mayMake() ? new byte[sizeBytes] : buffer;
        }

        boolean mayLend() {
            return !free.isEmpty() || stillToMake.get() > 0;
        }

        private boolean mayMake() {
            int left = stillToMake.get();
            while (left > 0) {
                if (stillToMake.compareAndSet(left, left - 1)) {
                    return true;
                }
                left = stillToMake.get();
            }
            return false;
        }

        /** The queue also says no while a thread that takes from it was stopped midway: then another may be made. */
        void giveBack(byte[] buffer) {
            if (!free.offer(buffer)) {
                stillToMake.incrementAndGet();
            }
        }
    }
}
