package io.evident.storage.index.file;

import io.evident.pipeline.index.IndexDamagedException;
import io.evident.storage.file.ReadAdvice;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.zip.CRC32C;

/**
 * A mapped file of which every page is checked before its first byte is used. Thread-safe.
 *
 * <p>A page that the disk cannot deliver shows as an {@link InternalError}, which the virtual machine may throw later than
 * where it happened: {@link #awaitFaults} makes it come, and whoever uses the file has to take it for damage. What a checksum
 * is computed of is a copy: the machine code that computes checksums would not survive such a page.
 */
final class CheckedFile {
    /** Not a constant, so that what depends on it is really done. */
    private static volatile int oneElement = 1;

    private static final int SINGLE_PAGE_BYTES = 4096;
    /** For the copies that checksums are computed of. */
    private static final ThreadLocal<byte[]> PAGE = ThreadLocal.withInitial(() -> new byte[PartLayout.PAGE_BYTES]);

    private final String name;
    private final ByteBuffer bytes;
    private final int dataBytes;
    private final int[] crcs;
    private final AtomicLongArray checked;
    private final Runnable onDamage;
    private volatile String damage;

    /**
     * @param bytes the whole file, little-endian
     * @param dataBytes where its checksums begin
     * @param onDamage is told, at least once, that something is not what was written
     * @throws IndexDamagedException when the checksums are not what was written
     */
    CheckedFile(String name, ByteBuffer bytes, int dataBytes, Runnable onDamage) {
        this.name = name;
        this.bytes = bytes;
        this.dataBytes = dataBytes;
        this.onDamage = onDamage;
        int pages = PartLayout.pages(dataBytes);
        if (bytes.capacity() != dataBytes + (pages + 1L) * Integer.BYTES) {
            throw new IndexDamagedException(name + ": it has " + bytes.capacity() + " bytes");
        }
        byte[] table = new byte[(pages + 1) * Integer.BYTES];
        bytes.get(dataBytes, table);
        ByteBuffer numbers = ByteBuffer.wrap(table).order(bytes.order());
        crcs = new int[pages];
        for (int i = 0; i < pages; i++) {
            crcs[i] = numbers.getInt(i * Integer.BYTES);
        }
        if (crc(table, pages * Integer.BYTES) != numbers.getInt(pages * Integer.BYTES)) {
            throw new IndexDamagedException(name + ": the checksums are not what was written");
        }
        checked = new AtomicLongArray((pages + Long.SIZE - 1) / Long.SIZE);
    }

    static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    int sizeBytes() {
        return bytes.capacity();
    }

    boolean isDamaged() {
        return damage != null;
    }

    int byteAt(int at) {
        check(at, 1);
        return bytes.get(at) & 0xFF;
    }

    int intAt(int at) {
        check(at, Integer.BYTES);
        return bytes.getInt(at);
    }

    long longAt(int at) {
        check(at, Long.BYTES);
        return bytes.getLong(at);
    }

    /** An unsigned number of 0 to 8 bytes. */
    long numberAt(int at, int width) {
        check(at, width);
        long number = 0;
        for (int i = 0; i < width; i++) {
            number |= (bytes.get(at + i) & 0xFFL) << (i * Byte.SIZE);
        }
        return number;
    }

    byte[] copy(int at, int length) {
        check(at, length);
        fetch(at, length);
        byte[] copy = new byte[length];
        bytes.get(at, copy);
        return copy;
    }

    /** Some bytes where they are. Whoever reads them may meet a page that cannot be read, see {@link #awaitFaults}. */
    ByteBuffer slice(int at, int length) {
        check(at, length);
        fetch(at, length);
        return bytes.slice(at, length).order(bytes.order());
    }

    private void check(int at, int length) {
        if (at < 0 || length < 0 || at > dataBytes - length) {
            throw damaged(length + " bytes at " + at + " are outside of it", null);
        }
        int last = (at + Math.max(length, 1) - 1) >>> PartLayout.PAGE_BITS;
        for (int page = at >>> PartLayout.PAGE_BITS; page <= last; page++) {
            if ((checked.getAcquire(page / Long.SIZE) >>> page & 1) == 0) {
                checkPage(page);
            }
        }
    }

    /** Lets bytes be fetched that will be used now: more than a page of memory at once, not page by page. */
    void fetch(int at, int length) {
        if (length > SINGLE_PAGE_BYTES && at >= 0 && at <= bytes.capacity() - length) {
            ReadAdvice.willNeed(bytes, at, length);
        }
    }

    private void checkPage(int page) {
        int from = page << PartLayout.PAGE_BITS;
        int length = Math.min(PartLayout.PAGE_BYTES, dataBytes - from);
        fetch(from, length);
        byte[] copy = PAGE.get();
        bytes.get(from, copy, 0, length);
        if (crc(copy, length) != crcs[page]) {
            awaitFaults();
            throw damaged("the 16 KiB at " + from + " are not what was written", null);
        }
        checked.accumulateAndGet(page / Long.SIZE, 1L << page, (before, bit) -> before | bit);
    }

    /**
     * Lets an error that is still on its way come.
     *
     * @throws InternalError when a page could not be read
     */
    static void awaitFaults() {
        // An array of arrays is made by the virtual machine itself, which throws what is pending when it returns.
        int length = oneElement;
        if (new int[length][length].length != length) {
            throw new IllegalStateException("an array of another length than was asked for");
        }
    }

    /** What to throw when something is wrong; from now on the file counts as damaged. */
    IndexDamagedException damaged(String reason, Throwable cause) {
        damage = reason;
        onDamage.run();
        return new IndexDamagedException(name + ": " + reason, cause);
    }
}
