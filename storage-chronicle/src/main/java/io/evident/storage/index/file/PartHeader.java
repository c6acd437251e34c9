package io.evident.storage.index.file;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockSource;
import io.evident.storage.index.part.IndexHash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the file of a part says of itself.
 *
 * @param bytes the header as it stands in the file
 */
public record PartHeader(ByteBuffer bytes) {
    /** Bytes at the beginning of the file. */
    public static final int BYTES = PartLayout.HEADER_BYTES;

    /** Reads the header, or gives {@code null} when there is none of this version that is whole. */
    public static PartHeader read(ByteBuffer file) {
        if (file.capacity() < PartLayout.HEADER_BYTES) {
            return null;
        }
        byte[] copy = new byte[PartLayout.HEADER_BYTES];
        file.get(0, copy);
        ByteBuffer bytes = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        boolean whole = bytes.getLong(0) == PartLayout.MAGIC
                && bytes.getInt(PartLayout.VERSION_AT) == PartLayout.VERSION
                && bytes.getInt(PartLayout.HEADER_CRC_AT) == CheckedFile.crc(copy, PartLayout.HEADER_CRC_AT);
        return whole ? new PartHeader(bytes) : null;
    }

    /** Whether the blocks of a shard from {@code firstBlock} on are those that it covers. */
    public boolean describes(BlockSource shard, int firstBlock) {
        if (shard.shard() != shard() || blocks() < 1 || shard.blockCount() - firstBlock < blocks()) {
            return false;
        }
        long found = IndexHash.NO_BLOCKS;
        long next = firstSequence();
        for (int i = 0; i < blocks(); i++) {
            BlockInfo block = shard.block(firstBlock + i);
            if (block.incarnation() != incarnation() || block.firstSequence() != next) {
                return false;
            }
            next += block.count();
            found = IndexHash.fingerprint(found, block);
        }
        return found == fingerprint() && next - firstSequence() == events();
    }

    public int shard() {
        return bytes.getInt(PartLayout.SHARD_AT);
    }

    public int incarnation() {
        return bytes.getInt(PartLayout.INCARNATION_AT);
    }

    public long firstSequence() {
        return bytes.getLong(PartLayout.FIRST_SEQUENCE_AT);
    }

    /** How many events it covers. */
    public int events() {
        return bytes.getInt(PartLayout.EVENTS_AT);
    }

    /** How many blocks it covers. */
    public int blocks() {
        return bytes.getInt(PartLayout.BLOCKS_AT);
    }

    private long fingerprint() {
        return bytes.getLong(PartLayout.FINGERPRINT_AT);
    }

    int dataBytes() {
        return bytes.getInt(PartLayout.DATA_BYTES_AT);
    }

    long minTimeNs() {
        return bytes.getLong(PartLayout.MIN_TIME_AT);
    }

    long maxTimeNs() {
        return bytes.getLong(PartLayout.MAX_TIME_AT);
    }
}
