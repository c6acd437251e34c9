package io.evident.storage.space;

import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file {@code reserve}: disk blocks that belong to nobody, to be given up piece by piece for CRITICAL events when the
 * disk takes no more. Piece by piece and only when needed, because whoever filled the disk would take the rest as well.
 * Thread-safe.
 */
final class Ballast implements AutoCloseable {
    static final String FILE_NAME = "reserve";
    static final int PIECE_BYTES = 1 << 20;

    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(PIECE_BYTES).asReadOnlyBuffer();

    private final FileOperations files;
    private final Path file;
    private final long wantedBytes;
    private FileChannel channel;
    private long sizeBytes = -1;

    Ballast(FileOperations files, Path directory, long wantedBytes) {
        this.files = files;
        this.file = directory.resolve(FILE_NAME);
        this.wantedBytes = wantedBytes;
    }

    /** What there is of it. */
    synchronized long sizeBytes() throws IOException {
        if (sizeBytes < 0) {
            sizeBytes = wantedBytes == 0 && !files.exists(file) ? 0 : open().size();
        }
        return sizeBytes;
    }

    /** What is missing. */
    synchronized long missingBytes() throws IOException {
        return Math.max(0, wantedBytes - sizeBytes());
    }

    /** Adds a piece; throws when the disk has no room for it. */
    synchronized void grow() throws IOException {
        int length = (int) Math.min(PIECE_BYTES, missingBytes());
        if (length > 0) {
            FileChannel to = open();
            to.position(sizeBytes);
            files.write(to, file, ZEROS.duplicate().limit(length));
            sizeBytes += length;
        }
    }

    /** Asks the disk for one piece more, and gives it back at once; throws when the disk has no room for it. */
    synchronized void probe() throws IOException {
        long size = sizeBytes();
        FileChannel to = open();
        to.position(size);
        try {
            files.write(to, file, ZEROS.duplicate());
        } finally {
            files.truncate(to, file, size);
        }
    }

    /** Gives a piece back to the disk; false when nothing is left. */
    synchronized boolean giveUp() throws IOException {
        long size = sizeBytes();
        if (size == 0) {
            return false;
        }
        long rest = Math.max(0, size - PIECE_BYTES);
        files.truncate(open(), file, rest);
        sizeBytes = rest;
        return true;
    }

    /** What is longer than wanted, as after a change of the configuration, is given back. */
    synchronized void trim() throws IOException {
        if (sizeBytes() > wantedBytes) {
            files.truncate(open(), file, wantedBytes);
            sizeBytes = wantedBytes;
        }
    }

    private FileChannel open() throws IOException {
        if (channel == null) {
            channel = files.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        }
        return channel;
    }

    @Override
    public synchronized void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
