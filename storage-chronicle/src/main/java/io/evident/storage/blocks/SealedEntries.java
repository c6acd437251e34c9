package io.evident.storage.blocks;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.file.FileOperations;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The descriptions of a sealed segment's blocks where they are, in the file of its seal. They are read in units of which the checksums are in
 * memory; the file is open only while one is read. Thread-safe.
 */
public final class SealedEntries {
    static final int BLOCKS_PER_UNIT = 1 << 7;

    private static final int UNIT_LONGS = BLOCKS_PER_UNIT * BlockDirectory.LONGS;

    private final FileOperations files;
    private final Path file;
    private final int segment;
    private final int blocks;
    private final long firstSequence;
    private final long lastSequence;
    private final int[] crcs;

    /**
     * Of a seal that is on the disk.
     *
     * @param segment the number that the segment has now
     * @param entries what the seal has of its blocks, in chunks of whole units
     */
    SealedEntries(FileOperations files, Path file, int segment, int blocks, long[][] entries) {
        this.files = files;
        this.file = file;
        this.segment = segment;
        this.blocks = blocks;
        this.firstSequence = blocks == 0 ? 0 : info(entries, 0).firstSequence();
        this.lastSequence = blocks == 0 ? -1 : info(entries, blocks - 1).lastSequence();
        this.crcs = new int[(blocks + BLOCKS_PER_UNIT - 1) / BLOCKS_PER_UNIT];
        ByteBuffer bytes = littleEndian(UNIT_LONGS);
        for (int unit = 0; unit < crcs.length; unit++) {
            int first = unit * BLOCKS_PER_UNIT;
            bytes.clear().limit(longsOf(unit) * Long.BYTES);
            bytes.asLongBuffer()
                    .put(
                            entries[first / BlockDirectory.BLOCKS_PER_CHUNK],
                            first % BlockDirectory.BLOCKS_PER_CHUNK * BlockDirectory.LONGS,
                            longsOf(unit));
            crcs[unit] = crc(bytes);
        }
    }

    private static BlockInfo info(long[][] entries, int index) {
        return BlockDirectory.unpack(
                entries[index / BlockDirectory.BLOCKS_PER_CHUNK],
                index % BlockDirectory.BLOCKS_PER_CHUNK * BlockDirectory.LONGS);
    }

    /** Whether these are the blocks: so many of a segment, from one sequence to another. */
    boolean are(int otherSegment, int count, long first, long last) {
        return segment == otherSegment && blocks == count && firstSequence == first && lastSequence == last;
    }

    private int longsOf(int unit) {
        return Math.min(BLOCKS_PER_UNIT, blocks - unit * BLOCKS_PER_UNIT) * BlockDirectory.LONGS;
    }

    /**
     * Reads the blocks from {@code unit * BLOCKS_PER_UNIT} on, as {@link BlockDirectory} packs them, but for the number of the
     * segment, which is that of the server that sealed it.
     *
     * @throws IOException when they cannot be read, or are not what they were
     */
    long[] read(int unit) throws IOException {
        ByteBuffer bytes = littleEndian(longsOf(unit));
        boolean interrupted = false;
        try {
            while (!fill(bytes.clear(), SegmentSeal.HEADER_BYTES + (long) unit * UNIT_LONGS * Long.BYTES)) {
                // Who reads where a block is has not begun to wait for anything.
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (crc(bytes.flip()) != crcs[unit]) {
            throw new IOException(file + " is not what it was when the segment was sealed");
        }
        long[] longs = new long[longsOf(unit)];
        bytes.asLongBuffer().get(longs);
        return longs;
    }

    /** Fills a buffer; false when the thread was interrupted, which closes what it reads. */
    private boolean fill(ByteBuffer bytes, long from) throws IOException {
        try (FileChannel channel = files.open(file, StandardOpenOption.READ)) {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, from + bytes.position()) < 0) {
                    throw new EOFException(file + " is shorter than it was");
                }
            }
            return true;
        } catch (ClosedByInterruptException e) {
            return false;
        }
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    private static ByteBuffer littleEndian(int longs) {
        return ByteBuffer.allocate(longs * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
