package io.evident.storage.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * What stands at the beginning of an archive. Little-endian:
 *
 * <pre>
 *    0  magic u64 | version u32 | chunk size u32 | size of the archived file u64
 *   24  position of the table u64 | dictionary length u32 | CRC-32C of the dictionary u32
 *   40  CRC-32C u32 of all before it
 * </pre>
 *
 * Then the dictionary; the chunks, each a zstd frame (RFC 8878) with the CRC-32C of its number (u64) and its frame behind it;
 * and the table: where each chunk begins, and where the last one ends, u64 each.
 *
 * @param chunkBytes how many bytes of the archived file a chunk holds; the last one may hold fewer
 * @param originalBytes the size of the archived file
 * @param tablePosition where the table begins
 * @param dictionaryBytes the length of the dictionary, 0 for none
 * @param dictionaryCrc its checksum
 */
record ArchiveHeader(int chunkBytes, long originalBytes, long tablePosition, int dictionaryBytes, int dictionaryCrc) {
    static final int BYTES = 44;
    static final int CRC_BYTES = Integer.BYTES;
    static final int ENTRY_BYTES = Long.BYTES;

    private static final long MAGIC = 0x0A45_5649_4152_4331L;
    private static final int VERSION = 1;
    private static final int MAX_CHUNK_BYTES = 1 << 20;
    private static final int MAX_DICTIONARY_BYTES = 1 << 20;

    /** How many chunks there are. */
    long chunks() {
        return (originalBytes + chunkBytes - 1) / chunkBytes;
    }

    /** The bytes of the archived file that a chunk holds. */
    int plainBytes(long chunk) {
        return (int) Math.min(chunkBytes, originalBytes - chunk * chunkBytes);
    }

    /** The size of the whole archive. */
    long archiveBytes() {
        return tablePosition + (chunks() + 1) * ENTRY_BYTES;
    }

    ByteBuffer bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(chunkBytes).putLong(originalBytes);
        bytes.putLong(tablePosition).putInt(dictionaryBytes).putInt(dictionaryCrc);
        return bytes.putInt(crc(bytes.array(), 0, bytes.position())).flip();
    }

    /** Reads it; an {@link IOException} says what is wrong. */
    static ArchiveHeader read(FileChannel from) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(from, bytes, 0);
        if (bytes.getLong(0) != MAGIC || bytes.getInt(BYTES - CRC_BYTES) != crc(bytes.array(), 0, BYTES - CRC_BYTES)) {
            throw new IOException("the beginning of the archive is damaged");
        }
        if (bytes.getInt(8) != VERSION) {
            throw new IOException("the archive has version " + bytes.getInt(8) + ", understood is " + VERSION);
        }
        ArchiveHeader header = new ArchiveHeader(
                bytes.getInt(12), bytes.getLong(16), bytes.getLong(24), bytes.getInt(32), bytes.getInt(36));
        boolean sane = header.chunkBytes > 0
                && header.chunkBytes <= MAX_CHUNK_BYTES
                && header.originalBytes >= 0
                && header.dictionaryBytes >= 0
                && header.dictionaryBytes <= MAX_DICTIONARY_BYTES
                && header.tablePosition >= BYTES + header.dictionaryBytes
                && header.archiveBytes() == from.size();
        if (!sane) {
            throw new IOException("the archive is cut off, or longer than its beginning says");
        }
        return header;
    }

    static void readFully(FileChannel from, ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int count = from.read(into, at);
            if (count < 0) {
                throw new IOException("the archive ends at " + at);
            }
            at += count;
        }
        into.flip();
    }

    static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /** The checksum behind a chunk: one that stands in the place of another does not have it. */
    static int chunkCrc(long chunk, byte[] frame, int length) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(chunk)
                .flip());
        crc.update(frame, 0, length);
        return (int) crc.getValue();
    }
}
