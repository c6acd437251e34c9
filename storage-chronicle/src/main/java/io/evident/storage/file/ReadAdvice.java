package io.evident.storage.file;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the system how mapped bytes will be read, by {@code madvise} of POSIX. It changes how many reads of the disk something
 * takes, never what is read; where the system has no such call, or does not listen, nothing is different. Without it, one
 * look at a page that is not in memory reads as much around it as the system's read-ahead is: up to megabytes. Any thread.
 */
public final class ReadAdvice {
    private static final Logger LOG = LoggerFactory.getLogger(ReadAdvice.class);

    /** The same on Linux, macOS and the BSDs. */
    private static final int RANDOM = 1;

    private static final int WILL_NEED = 3;
    /** Addresses have to be those of pages; where pages are larger, the system refuses, and nothing is different. */
    private static final long PAGE_BYTES = 4096;

    private static final boolean IS_THERE = register();

    private ReadAdvice() {}

    private static boolean register() {
        try {
            // Addresses and lengths are told as 64 bits.
            if (Native.POINTER_SIZE != Long.BYTES || Native.SIZE_T_SIZE != Long.BYTES) {
                return false;
            }
            Native.register(ReadAdvice.class, "c");
            return true;
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Error e) {
            // Not only LinkageErrors: a foreign version of the native part is told as a plain Error.
            LOG.info(
                    "mapped files are read with the read-ahead of the system, as it cannot be told otherwise: {}",
                    e.toString());
            return false;
        }
    }

    private static native int madvise(long address, long length, int advice);

    /** Here and there will be read, mostly single pages. Of bytes that are not mapped nothing is said. */
    public static void random(ByteBuffer mapped) {
        advise(mapped, 0, mapped.capacity(), RANDOM);
    }

    /** All of this will be read now: it can be fetched at once. */
    public static void willNeed(ByteBuffer mapped, int at, int length) {
        advise(mapped, at, length, WILL_NEED);
    }

    private static void advise(ByteBuffer mapped, int at, int length, int advice) {
        if (IS_THERE && mapped.isDirect() && length > 0) {
            long from = Pointer.nativeValue(Native.getDirectBufferPointer(mapped)) + at;
            long page = from & -PAGE_BYTES;
            madvise(page, from + length - page, advice);
        }
    }
}
