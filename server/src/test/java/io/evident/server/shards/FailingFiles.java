package io.evident.server.shards;

import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The real file system, of which one operation fails: of those on paths that are struck, the one of a number. */
final class FailingFiles implements FileOperations {
    private final FileOperations real = DiskFileOperations.INSTANCE;
    private volatile String struck = "-";
    private final AtomicInteger left = new AtomicInteger();

    /**
     * One operation from now on fails.
     *
     * @param part of the path of the files that may fail
     * @param number of the operation on such files, from 1
     */
    void fail(String part, int number) {
        struck = part;
        left.set(number);
    }

    /** Whether it has failed. */
    boolean hasFailed() {
        return left.get() <= 0;
    }

    void heal() {
        left.set(0);
    }

    private void strike(Path path) throws IOException {
        if (path.toString().contains(struck) && left.get() > 0 && left.decrementAndGet() == 0) {
            throw new IOException("struck: " + path.getFileName());
        }
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        strike(directory);
        real.createDirectory(directory);
    }

    @Override
    public boolean exists(Path path) {
        return real.exists(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        strike(directory);
        return real.list(directory);
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        strike(file);
        return real.open(file, options);
    }

    @Override
    public void write(FileChannel channel, Path file, ByteBuffer bytes) throws IOException {
        strike(file);
        real.write(channel, file, bytes);
    }

    @Override
    public void force(FileChannel channel, Path file) throws IOException {
        strike(file);
        real.force(channel, file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        strike(directory);
        real.forceDirectory(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        strike(from);
        real.rename(from, to);
    }

    @Override
    public long freeBytes(Path path) throws IOException {
        return real.freeBytes(path);
    }
}
