package io.evident.storage.removed;

import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** Writes a {@link CheckedFile} piece by piece, little-endian. For one thread. */
public final class CheckedOutput {
    private static final int BUFFER_BYTES = 64 << 10;

    private final FileOperations files;
    private final FileChannel channel;
    private final Path file;
    private final long maxBytes;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();
    private long written;

    CheckedOutput(FileOperations files, FileChannel channel, Path file, long maxBytes) {
        this.files = files;
        this.channel = channel;
        this.file = file;
        this.maxBytes = maxBytes;
    }

    /** Puts 64 bits. */
    public CheckedOutput putLong(long value) throws IOException {
        room(Long.BYTES).putLong(value);
        return this;
    }

    /** Puts 32 bits. */
    public CheckedOutput putInt(int value) throws IOException {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    /** Puts a name in UTF-8, behind its length in 16 bits. */
    public CheckedOutput putName(String name) throws IOException {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        room(Short.BYTES).putShort((short) text.length);
        for (byte each : text) {
            room(1).put(each);
        }
        return this;
    }

    /** Puts a row, packed as it is, behind its length in 32 bits. */
    public CheckedOutput putRow(PackedRows.Row row) throws IOException {
        putInt(row.leftBytes());
        while (row.hasNext()) {
            room(1).put(row.nextByte());
        }
        return this;
    }

    private ByteBuffer room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            count();
            flush();
        }
        return buffer;
    }

    private void count() {
        crc.update(buffer.duplicate().flip());
    }

    private void flush() throws IOException {
        buffer.flip();
        written += buffer.remaining();
        if (written > maxBytes) {
            throw new IOException(file + " would have more than " + maxBytes + " bytes");
        }
        files.write(channel, file, buffer);
        buffer.clear();
    }

    /** Puts the checksum of all. */
    void end() throws IOException {
        room(Integer.BYTES);
        count();
        buffer.putInt((int) crc.getValue());
        flush();
    }
}
