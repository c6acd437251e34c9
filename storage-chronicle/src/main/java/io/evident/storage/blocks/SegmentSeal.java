package io.evident.storage.blocks;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.BlockHash;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import io.evident.storage.segment.EnvelopeLayout;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept beside a segment when it is sealed, in the file {@code blocks.idx}: where its blocks are, so that the
 * next start need not read them. Derived from the segment and worth nothing against it: a seal that is missing, damaged
 * or does not fit is not used, and the segment is read instead.
 *
 * <p>The folds tell apart what the blocks of one segment carry: a reader that goes by the first n blocks must not see a
 * fold later than it was, or it would find what was folded in twice. Where all blocks carry the same, there are none.
 *
 * <pre>
 *    0  magic u64 | version u32 | shard u32 | incarnation u32 | number u32 | blocks u32 | folds u32
 *   32  end of the last block u64 | folded through u64
 *   48  hash that the first block carries (32 bytes) | hash of the last block (32 bytes)
 *  112  per block 7 u64: position; first sequence; min, max event time; length &lt;&lt; 32 | count;
 *       epoch &lt;&lt; 32 | incarnation; lane.
 *       per fold 2 u64: index of a block; how far the emergency journal is folded in from this block on.
 *       Then CRC32C u32 of all before it.   Little-endian.
 * </pre>
 */
public final class SegmentSeal {
    static final String FILE_NAME = "blocks.idx";

    private static final Logger LOG = LoggerFactory.getLogger(SegmentSeal.class);
    private static final String TEMPORARY_NAME = "blocks.idx.new";
    private static final long MAGIC = 0x0AFF_4C45_5356_45E7L;
    private static final int VERSION = 1;
    static final int HEADER_BYTES = 112;
    private static final int ENTRY_BYTES = BlockDirectory.LONGS * Long.BYTES;
    private static final int FOLD_LONGS = 2;
    private static final int FOLD_BYTES = FOLD_LONGS * Long.BYTES;

    /** Where the last block ends: the segment's file is at least this long. */
    private final long dataEnd;
    /** How far the emergency journal was folded in by the last block. */
    private final long foldedThrough;

    private final byte[] firstPreviousHash = new byte[EnvelopeLayout.HASH_BYTES];
    private final byte[] lastHash = new byte[EnvelopeLayout.HASH_BYTES];
    private final int blocks;
    /** In chunks as the directory has them: hundreds of thousands of blocks are no single array. */
    private final long[][] entries;

    private final long[] folds;

    /** Takes the blocks from {@code firstBlock} to {@code endBlock} - 1 of a shard, which are all of one segment. */
    public SegmentSeal(
            ShardBlocks blocks,
            int firstBlock,
            int endBlock,
            long foldedThrough,
            byte[] firstPreviousHash,
            byte[] lastHash) {
        this.foldedThrough = foldedThrough;
        System.arraycopy(firstPreviousHash, 0, this.firstPreviousHash, 0, EnvelopeLayout.HASH_BYTES);
        System.arraycopy(lastHash, 0, this.lastHash, 0, EnvelopeLayout.HASH_BYTES);
        this.blocks = endBlock - firstBlock;
        entries = blocks.entries(firstBlock, endBlock);
        dataEnd = this.blocks == 0 ? 0 : end(block(this.blocks - 1, 0));
        folds = blocks.folds(firstBlock, endBlock);
    }

    private static long end(BlockInfo block) {
        return block.position() + block.lengthBytes();
    }

    private SegmentSeal(ByteBuffer header, long[][] entries, long[] folds) {
        blocks = header.getInt(24);
        dataEnd = header.getLong(32);
        foldedThrough = header.getLong(40);
        header.get(48, firstPreviousHash);
        header.get(80, lastHash);
        this.entries = entries;
        this.folds = folds;
    }

    /** Where the last block ends in the segment's file. */
    public long dataEnd() {
        return dataEnd;
    }

    /** How many blocks the segment has. */
    public int blocks() {
        return blocks;
    }

    /** A block's description, under the number that its segment has now. */
    public BlockInfo block(int index, int segment) {
        return BlockDirectory.unpack(
                entries[index / BlockDirectory.BLOCKS_PER_CHUNK],
                index % BlockDirectory.BLOCKS_PER_CHUNK * BlockDirectory.LONGS,
                segment);
    }

    /** Where its blocks are, once it is in the directory of its segment, which has this number now. */
    public SealedEntries entries(FileOperations files, Path segmentDirectory, int segment) {
        return new SealedEntries(files, segmentDirectory.resolve(FILE_NAME), segment, blocks, entries);
    }

    /** How far the emergency journal was folded in by a block, counted from the segment's first. */
    public long foldedThrough(int index) {
        if (folds.length == 0) {
            return foldedThrough;
        }
        int low = -1;
        int high = folds.length / FOLD_LONGS - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (folds[middle * FOLD_LONGS] <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low < 0 ? 0 : folds[low * FOLD_LONGS + 1];
    }

    /** The hash that the first block carries; not to be changed. */
    public byte[] firstPreviousHash() {
        return firstPreviousHash;
    }

    /** The hash of the last block; not to be changed. */
    public byte[] lastHash() {
        return lastHash;
    }

    /** Whether all blocks were of this segment when they were taken: one that was written again since is of another. */
    public boolean isOf(int segment) {
        for (long[] chunk : entries) {
            for (int at = 0; at < chunk.length; at += BlockDirectory.LONGS) {
                if (BlockDirectory.unpack(chunk, at).segment() != segment) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether the blocks of a shard from one on are those of this seal, and all of one segment. */
    public boolean describes(ShardBlocks of, int firstBlock, int segment) {
        if (firstBlock < 0 || of.blockCount() - firstBlock < blocks()) {
            return false;
        }
        for (int i = 0; i < blocks(); i++) {
            if (!of.block(firstBlock + i).equals(block(i, segment))) {
                return false;
            }
        }
        return true;
    }

    /** Whether these blocks, all of one segment, are exactly those of this seal, the last of them with this hash. */
    public boolean describes(ShardBlocks of, int firstBlock, int endBlock, byte[] hashOfLast) {
        if (endBlock - firstBlock != blocks() || (blocks() > 0 && !Arrays.equals(hashOfLast, lastHash))) {
            return false;
        }
        for (int i = 0; i < blocks(); i++) {
            BlockInfo there = of.block(firstBlock + i);
            if (!there.equals(block(i, there.segment()))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a segment's file looks like the one that was sealed: long enough, with the first and the last block in their
     * places. What lies between is checked when it is read. One of the two that the disk cannot deliver says nothing against
     * the seal, which has a checksum of its own: it is reported, and the others are served.
     *
     * @throws IOException when the file cannot be opened
     */
    public boolean fits(SegmentReader reader, Consumer<Damage> report) throws IOException {
        if (!reader.exists() || reader.sizeBytes() < dataEnd) {
            return false;
        }
        int last = blocks() - 1;
        return last < 0 || (isInPlace(reader, last, report) && (last == 0 || isInPlace(reader, 0, report)));
    }

    private boolean isInPlace(SegmentReader reader, int index, Consumer<Damage> report) throws IOException {
        byte[] bytes;
        try {
            bytes = read(reader, index);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            String detail = "a block cannot be read, as the seal says it is there: " + e;
            report.accept(new Damage(
                    DamageKind.UNREADABLE, reader.label(), block(index, 0).position(), 0, detail));
            return true;
        }
        return bytes != null && (index < blocks() - 1 || Arrays.equals(new BlockHash().of(bytes), lastHash));
    }

    /** A block's bytes, or {@code null} when it is not whole or not the one. */
    private byte[] read(SegmentReader reader, int index) throws IOException {
        BlockInfo info = block(index, 0);
        byte[] bytes = new byte[info.lengthBytes()];
        boolean whole = reader.read(info.position(), bytes, 0, bytes.length) == bytes.length
                && EnvelopeLayout.check(bytes, 0, bytes.length, new CRC32C()) == null
                && EnvelopeLayout.info(bytes, 0, 0, info.position()).equals(info);
        return whole ? bytes : null;
    }

    /**
     * Writes and forces the file; the segment has to be forced already. A segment without a seal is read at the next
     * start, that is all: so a failure is told to the log and to nobody else.
     *
     * @return whether it is there now
     */
    public boolean tryWrite(FileOperations files, Path segmentDirectory, int shard, SegmentName name) {
        try {
            write(files, segmentDirectory, shard, name);
            return true;
        } catch (IOException e) {
            LOG.warn("shard {}, segment {} could not be sealed; the next start will read it", shard, name, e);
            return false;
        }
    }

    private void write(FileOperations files, Path segmentDirectory, int shard, SegmentName name) throws IOException {
        Path temporary = segmentDirectory.resolve(TEMPORARY_NAME);
        try (FileChannel channel = files.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            CRC32C crc = new CRC32C();
            write(files, channel, temporary, header(shard, name), crc);
            for (long[] chunk : entries) {
                write(files, channel, temporary, chunk, crc);
            }
            write(files, channel, temporary, folds, crc);
            files.write(
                    channel,
                    temporary,
                    littleEndian(Integer.BYTES).putInt((int) crc.getValue()).flip());
            files.force(channel, temporary);
        }
        files.rename(temporary, segmentDirectory.resolve(FILE_NAME));
        files.forceDirectory(segmentDirectory);
    }

    private static void write(FileOperations files, FileChannel channel, Path file, long[] longs, CRC32C crc)
            throws IOException {
        ByteBuffer buffer = littleEndian(longs.length * Long.BYTES);
        buffer.asLongBuffer().put(longs);
        write(files, channel, file, buffer, crc);
    }

    private static void write(FileOperations files, FileChannel channel, Path file, ByteBuffer bytes, CRC32C crc)
            throws IOException {
        crc.update(bytes.duplicate());
        files.write(channel, file, bytes);
    }

    private ByteBuffer header(int shard, SegmentName name) {
        ByteBuffer header = littleEndian(HEADER_BYTES);
        header.putLong(MAGIC).putInt(VERSION).putInt(shard).putInt(name.incarnation());
        header.putInt(name.number()).putInt(blocks()).putInt(folds.length / FOLD_LONGS);
        header.putLong(dataEnd).putLong(foldedThrough).put(firstPreviousHash).put(lastHash);
        return header.flip();
    }

    /** Whether there is a seal at all, usable or not. */
    public static boolean exists(FileOperations files, Path segmentDirectory) {
        return files.exists(segmentDirectory.resolve(FILE_NAME));
    }

    /** The seal of a segment, or {@code null} when there is none that could be used. */
    public static SegmentSeal read(FileOperations files, Path segmentDirectory, int shard, SegmentName name)
            throws IOException {
        Path file = segmentDirectory.resolve(FILE_NAME);
        if (!files.exists(file)) {
            return null;
        }
        try (FileChannel channel = files.open(file, StandardOpenOption.READ)) {
            CRC32C crc = new CRC32C();
            ByteBuffer header = littleEndian(HEADER_BYTES);
            if (!fill(channel, header) || !fits(header, shard, name, channel.size())) {
                return null;
            }
            crc.update(header.duplicate());
            long[][] entries = readEntries(channel, header.getInt(24), crc);
            long[] folds = entries == null ? null : readLongs(channel, header.getInt(28) * FOLD_LONGS, crc);
            ByteBuffer sum = littleEndian(Integer.BYTES);
            boolean whole = folds != null && fill(channel, sum) && sum.getInt(0) == (int) crc.getValue();
            return whole ? new SegmentSeal(header, entries, folds) : null;
        }
    }

    private static boolean fits(ByteBuffer header, int shard, SegmentName name, long sizeBytes) {
        int blocks = header.getInt(24);
        int folds = header.getInt(28);
        return header.getLong(0) == MAGIC
                && header.getInt(8) == VERSION
                && header.getInt(12) == shard
                && header.getInt(16) == name.incarnation()
                && header.getInt(20) == name.number()
                && blocks >= 0
                && folds >= 0
                && sizeBytes == HEADER_BYTES + (long) blocks * ENTRY_BYTES + (long) folds * FOLD_BYTES + Integer.BYTES;
    }

    private static long[][] readEntries(FileChannel channel, int blocks, CRC32C crc) throws IOException {
        long[][] chunks = BlockDirectory.chunksFor(blocks);
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] = readLongs(channel, chunks[i].length, crc);
            if (chunks[i] == null) {
                return null;
            }
        }
        return chunks;
    }

    private static long[] readLongs(FileChannel channel, int count, CRC32C crc) throws IOException {
        ByteBuffer buffer = littleEndian(Math.multiplyExact(count, Long.BYTES));
        if (!fill(channel, buffer)) {
            return null;
        }
        crc.update(buffer.duplicate());
        long[] longs = new long[count];
        buffer.asLongBuffer().get(longs);
        return longs;
    }

    private static boolean fill(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                return false;
            }
        }
        buffer.flip();
        return true;
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
