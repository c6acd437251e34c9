package io.evident.storage.index.part;

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

    /** The fingerprint of the blocks. */
    public long fingerprint() {
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
