package io.evident.storage.removed;

import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** A small file with a checksum behind it, which is replaced as a whole. Stateless. */
public final class CheckedFile {
    private static final String NEW_SUFFIX = ".new";
    private static final int CRC_BYTES = Integer.BYTES;
    private static final long MAX_BYTES = 1 << 29;

    private CheckedFile() {}

    /** What the file holds, little-endian and without the checksum; {@code null} when there is none or it is damaged. */
    public static ByteBuffer read(FileOperations files, Path file) throws IOException {
        try (FileChannel channel = files.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < CRC_BYTES || size > MAX_BYTES) {
                return null;
            }
            ByteBuffer bytes = littleEndian((int) size);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) {
                    return null;
                }
            }
            int crc = bytes.getInt((int) size - CRC_BYTES);
            bytes.flip().limit((int) size - CRC_BYTES);
            return crc == crc(bytes) ? bytes : null;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Says what a file is to hold. */
    @FunctionalInterface
    public interface Body {
        /** Puts it, from the first byte to the last but for the checksum. */
        void writeTo(CheckedOutput out) throws IOException;
    }

    /**
     * Puts the file in place of the one that is there. Never has all of it in memory.
     *
     * @param forced whether it is on the disk when this returns
     * @throws IOException also when it would be longer than one that can be read
     */
    public static void write(FileOperations files, Path file, Body body, boolean forced) throws IOException {
        Path temporary = temporary(file);
        try (FileChannel channel = files.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            CheckedOutput out = new CheckedOutput(files, channel, temporary, MAX_BYTES);
            body.writeTo(out);
            out.end();
            if (forced) {
                files.force(channel, temporary);
            }
        }
        files.rename(temporary, file);
        if (forced) {
            files.forceDirectory(file.getParent());
        }
    }

    /** Removes the file, and what a write that was not done with left of it. */
    public static void delete(FileOperations files, Path file) throws IOException {
        files.delete(temporary(file));
        files.delete(file);
    }

    private static Path temporary(Path file) {
        return file.resolveSibling(file.getFileName() + NEW_SUFFIX);
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
