package io.evident.server.simulation;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * A file in two images: what processes see, and what is surely on the disk. Pages that differ are dirty until a force
 * writes them; a power cut leaves of each dirty page the old content, the new one, or some sectors of both. After a force
 * that failed a page may be clean and still not on the disk, as Linux has it. Pages of zeros take no memory.
 */
final class SimFile implements SimNode {
    private static final int PAGE_BYTES = 4096;
    private static final int SECTOR_BYTES = 512;
    private static final byte[] ZEROS = new byte[PAGE_BYTES];

    private byte[][] now = new byte[4][];
    private byte[][] disk = new byte[4][];
    private final BitSet dirty = new BitSet();
    /** Pages that the kernel takes for written and the disk does not have. */
    private final BitSet pretended = new BitSet();

    private long sizeBytes;
    private long diskSizeBytes;

    long sizeBytes() {
        return sizeBytes;
    }

    /** Reads into the buffer from a position; -1 at the end of the file. */
    int read(long position, ByteBuffer into) {
        if (position >= sizeBytes) {
            return -1;
        }
        int count = (int) Math.min(into.remaining(), sizeBytes - position);
        int done = 0;
        while (done < count) {
            int page = (int) ((position + done) / PAGE_BYTES);
            int within = (int) ((position + done) % PAGE_BYTES);
            int length = Math.min(PAGE_BYTES - within, count - done);
            into.put(page(now, page), within, length);
            done += length;
        }
        return count;
    }

    void write(long position, byte[] bytes, int offset, int length) {
        write(position, ByteBuffer.wrap(bytes, offset, length));
    }

    /** Writes all that remains of the buffer. */
    void write(long position, ByteBuffer bytes) {
        long at = position;
        while (bytes.hasRemaining()) {
            int page = (int) (at / PAGE_BYTES);
            int within = (int) (at % PAGE_BYTES);
            int count = Math.min(PAGE_BYTES - within, bytes.remaining());
            if (!isZero(page) || !isZeros(bytes, count)) {
                bytes.get(writable(page), within, count);
                dirty.set(page);
                pretended.clear(page);
            } else {
                bytes.position(bytes.position() + count);
            }
            at += count;
        }
        sizeBytes = Math.max(sizeBytes, at);
    }

    private static boolean isZeros(ByteBuffer bytes, int count) {
        return bytes.slice(bytes.position(), count).equals(ByteBuffer.wrap(ZEROS, 0, count));
    }

    /** Whether a page is zeros for processes and on the disk: then writing zeros to it changes nothing but the length. */
    private boolean isZero(int page) {
        return (page >= now.length || now[page] == null) && (page >= disk.length || disk[page] == null);
    }

    /** Some of what was written changes on the disk, and so for processes. */
    void damage(SplittableRandom random) {
        for (int page = 0; page < now.length; page++) {
            if (now[page] != null && random.nextInt(3) == 0) {
                byte[] changed = now[page].clone();
                switch (random.nextInt(3)) {
                    case 0 -> changed[random.nextInt(PAGE_BYTES)] ^= (byte) (1 << random.nextInt(8));
                    case 1 -> Arrays.fill(changed, (byte) 0);
                    default -> random.nextBytes(changed);
                }
                now[page] = changed;
                toDisk(page, changed);
                dirty.clear(page);
                pretended.clear(page);
            }
        }
        if (random.nextInt(4) == 0) {
            truncate(random.nextLong(sizeBytes + 1));
            force();
        }
    }

    /** Makes the file at least so long, by zeros that take no room. */
    void extend(long toBytes) {
        sizeBytes = Math.max(sizeBytes, toBytes);
    }

    void truncate(long toBytes) {
        if (toBytes >= sizeBytes) {
            return;
        }
        sizeBytes = toBytes;
        int first = (int) (toBytes / PAGE_BYTES);
        for (int page = first; page < now.length; page++) {
            if (now[page] != null) {
                int keep = page == first ? (int) (toBytes % PAGE_BYTES) : 0;
                Arrays.fill(writable(page), keep, PAGE_BYTES, (byte) 0);
                dirty.set(page);
                pretended.clear(page);
            }
        }
    }

    /** All that was written is on the disk now. */
    void force() {
        for (int page = dirty.nextSetBit(0); page >= 0; page = dirty.nextSetBit(page + 1)) {
            toDisk(page, now[page]);
        }
        dirty.clear();
        diskSizeBytes = sizeBytes;
    }

    /**
     * A force that fails: some pages were written, of the others the kernel thinks so all the same.
     *
     * @param cacheKeeps whether processes go on seeing what was not written; else it is gone for them too
     */
    void failForce(SplittableRandom random, boolean cacheKeeps) {
        for (int page = dirty.nextSetBit(0); page >= 0; page = dirty.nextSetBit(page + 1)) {
            if (random.nextInt(4) == 0) {
                toDisk(page, now[page]);
            } else if (cacheKeeps) {
                pretended.set(page);
            } else {
                now[page] = page < disk.length ? disk[page] : null;
            }
        }
        dirty.clear();
        if (random.nextBoolean()) {
            diskSizeBytes = sizeBytes;
        }
    }

    /** The kernel drops pages that it takes for written: processes then see what the disk really has. */
    void evict(SplittableRandom random) {
        for (int page = pretended.nextSetBit(0); page >= 0; page = pretended.nextSetBit(page + 1)) {
            if (random.nextBoolean()) {
                now[page] = page < disk.length ? disk[page] : null;
                pretended.clear(page);
            }
        }
    }

    @Override
    public void powerCut(SplittableRandom random, PowerCut how) {
        for (int page = dirty.nextSetBit(0); page >= 0; page = dirty.nextSetBit(page + 1)) {
            switch (how.fateOf(random)) {
                case LOST -> {}
                case KEPT -> toDisk(page, now[page]);
                case TORN -> toDisk(page, torn(page, random));
            }
        }
        dirty.clear();
        pretended.clear();
        if (sizeBytes != diskSizeBytes && how.fateOf(random) != PowerCut.Fate.LOST) {
            diskSizeBytes = sizeBytes;
        }
        sizeBytes = diskSizeBytes;
        now = disk.clone();
        cutBehindEnd();
    }

    /** What the disk holds behind the end of the file is not the file's. */
    private void cutBehindEnd() {
        int first = (int) (sizeBytes / PAGE_BYTES);
        for (int page = first; page < now.length; page++) {
            if (now[page] != null) {
                int keep = page == first ? (int) (sizeBytes % PAGE_BYTES) : 0;
                byte[] cut = keep == 0 ? null : Arrays.copyOf(Arrays.copyOf(now[page], keep), PAGE_BYTES);
                now[page] = cut;
                disk[page] = cut;
            }
        }
    }

    private byte[] torn(int page, SplittableRandom random) {
        byte[] mixed = page(disk, page).clone();
        byte[] newer = page(now, page);
        for (int at = 0; at < PAGE_BYTES; at += SECTOR_BYTES) {
            if (random.nextBoolean()) {
                System.arraycopy(newer, at, mixed, at, SECTOR_BYTES);
            }
        }
        return mixed;
    }

    private void toDisk(int page, byte[] content) {
        if (page >= disk.length) {
            disk = Arrays.copyOf(disk, Math.max(page + 1, disk.length * 2));
        }
        disk[page] = content;
    }

    /** The page for writing: the disk may hold the same array. */
    private byte[] writable(int page) {
        if (page >= now.length) {
            now = Arrays.copyOf(now, Math.max(page + 1, now.length * 2));
        }
        byte[] content = now[page];
        if (content == null) {
            content = new byte[PAGE_BYTES];
        } else if (page < disk.length && content == disk[page]) {
            content = content.clone();
        }
        now[page] = content;
        return content;
    }

    private static byte[] page(byte[][] image, int page) {
        return page < image.length && image[page] != null ? image[page] : ZEROS;
    }
}
