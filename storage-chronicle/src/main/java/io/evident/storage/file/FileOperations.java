package io.evident.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What storage asks of the file system, except for the beginning of a segment's file, which Chronicle writes. The seam at
 * which tests inject faults. Thread-safe.
 */
public interface FileOperations {
    /** Creates one directory; its parent exists. Fails when it exists already. */
    void createDirectory(Path directory) throws IOException;

    /** Whether there is such a file or directory. */
    boolean exists(Path path);

    /** The entries of a directory, in no order. */
    List<Path> list(Path directory) throws IOException;

    /** Opens a file. */
    FileChannel open(Path file, OpenOption... options) throws IOException;

    /** Writes all remaining bytes at the channel's position. */
    void write(FileChannel channel, Path file, ByteBuffer bytes) throws IOException;

    /** Writes all remaining bytes at a position of the file. */
    default void write(FileChannel channel, Path file, ByteBuffer bytes, long position) throws IOException {
        channel.position(position);
        write(channel, file, bytes);
    }

    /** Cuts a file off at a length; one that is shorter stays as it is. */
    default void truncate(FileChannel channel, Path file, long sizeBytes) throws IOException {
        channel.truncate(sizeBytes);
    }

    /** Removes a file or an empty directory, if there is one. */
    default void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    /** Forces a file's content, and its length, to the disk; its other metadata need not follow. */
    void force(FileChannel channel, Path file) throws IOException;

    /** Forces a directory's entries to the disk, so that files created in it are found after a power cut. */
    void forceDirectory(Path directory) throws IOException;

    /** Replaces {@code to} by {@code from} in one step. */
    void rename(Path from, Path to) throws IOException;

    /**
     * Maps a whole file to be read here and there; at most 2 GiB. What the disk cannot deliver shows as an {@link
     * InternalError} where the memory is read.
     */
    default ByteBuffer map(Path file) throws IOException {
        try (FileChannel channel = open(file, StandardOpenOption.READ)) {
            ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            ReadAdvice.random(mapped);
            return mapped;
        }
    }

    /** Bytes that can still be written to the volume of this path. */
    long freeBytes(Path path) throws IOException;
}
