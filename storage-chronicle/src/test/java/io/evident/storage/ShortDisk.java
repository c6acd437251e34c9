package io.evident.storage;

import io.evident.storage.file.DiskFileOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** The real file system with as much room, as many inodes and as many files to open as a test says. */
final class ShortDisk extends FaultyFiles {
    private static final String FULL = "No space left on device";

    private volatile long freeBytes = 1L << 30;
    /** What may be written of that. */
    private long quotaBytes = Long.MAX_VALUE;

    private volatile IOException onWrite;
    private volatile IOException onCreate;
    private volatile IOException onOpen;
    private volatile IOException onOpenToWrite;

    void free(long bytes) {
        freeBytes = bytes;
    }

    /** Lets so much be written, whatever is free. */
    synchronized void quota(long bytes) {
        quotaBytes = bytes;
    }

    long free() {
        return freeBytes;
    }

    /** What every write throws from now on, or {@code null}. */
    void onWrite(String words) {
        onWrite = words == null ? null : new IOException(words);
    }

    /** What every creation of a directory throws from now on, or {@code null}. */
    void onCreate(String words) {
        onCreate = words == null ? null : new FileSystemException("segment", null, words);
    }

    /** What every opening of a file throws from now on, or {@code null}. */
    void onOpen(String words) {
        onOpen = words == null ? null : new FileSystemException("file", null, words);
    }

    /** The same, only for files that are written. */
    void onOpenToWrite(String words) {
        onOpenToWrite = words == null ? null : new FileSystemException("file", null, words);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        throwIf(onCreate);
        super.createDirectory(directory);
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        throwIf(onOpen);
        if (options.length > 1) {
            throwIf(onOpenToWrite);
        }
        return super.open(file, options);
    }

    @Override
    public void write(FileChannel channel, Path file, ByteBuffer bytes) throws IOException {
        throwIf(onWrite);
        synchronized (this) {
            // The lock's file is written over, not made longer.
            int more = file.getFileName().toString().equals("evident.lock") ? 0 : bytes.remaining();
            if (more > freeBytes) {
                throw new IOException(FULL);
            }
            if (more > quotaBytes) {
                throw new IOException("Disk quota exceeded");
            }
            freeBytes -= more;
            quotaBytes -= more;
        }
        super.write(channel, file, bytes);
    }

    /** Within a file's length only the page cache is written, which a full or failing disk does not refuse. */
    @Override
    public void write(FileChannel channel, Path file, ByteBuffer bytes, long position) throws IOException {
        if (position + bytes.remaining() <= channel.size()) {
            DiskFileOperations.INSTANCE.write(channel, file, bytes, position);
        } else {
            super.write(channel, file, bytes, position);
        }
    }

    @Override
    public synchronized void truncate(FileChannel channel, Path file, long sizeBytes) throws IOException {
        if (file.getFileName().toString().equals("reserve")) {
            long less = Math.max(0, channel.size() - sizeBytes);
            freeBytes += less;
            quotaBytes = Math.addExact(quotaBytes, Math.min(less, Long.MAX_VALUE - quotaBytes));
        }
        super.truncate(channel, file, sizeBytes);
    }

    @Override
    public long freeBytes(Path path) {
        return freeBytes;
    }

    private static void throwIf(IOException failure) throws IOException {
        if (failure != null) {
            throw failure;
        }
    }
}
