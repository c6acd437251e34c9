package io.evident.storage;

import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The real file system, of which one chosen operation fails: the n-th of those that change something. */
class FaultyFiles implements FileOperations {
    private final FileOperations real = DiskFileOperations.INSTANCE;
    private final AtomicInteger operations = new AtomicInteger();
    private volatile int failing;
    private volatile boolean failed;
    private volatile boolean forcing = true;

    /** Lets forces only seem to reach the disk, where a test does not depend on it. */
    final void forceNothing() {
        forcing = false;
    }

    /** Lets the n-th operation from now fail, and no other; 0 for none. */
    final void failAt(int nth) {
        operations.set(0);
        failing = nth;
        failed = false;
    }

    /** Whether the fault has struck. */
    final boolean hasFailed() {
        return failed;
    }

    /** Whether an operation on this path counts. */
    boolean counts(Path path) {
        return true;
    }

    private void step(String what, Path path) throws IOException {
        if (counts(path) && operations.incrementAndGet() == failing) {
            failed = true;
            throw new IOException("injected: " + what + " " + path.getFileName());
        }
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        step("create", directory);
        real.createDirectory(directory);
    }

    @Override
    public boolean exists(Path path) {
        return real.exists(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return real.list(directory);
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        step("open", file);
        return real.open(file, options);
    }

    @Override
    public void write(FileChannel channel, Path file, ByteBuffer bytes) throws IOException {
        step("write", file);
        real.write(channel, file, bytes);
    }

    @Override
    public void force(FileChannel channel, Path file) throws IOException {
        step("force", file);
        if (forcing) {
            real.force(channel, file);
        }
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        step("force", directory);
        if (forcing) {
            real.forceDirectory(directory);
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step("rename", from);
        real.rename(from, to);
    }

    @Override
    public long freeBytes(Path path) throws IOException {
        return real.freeBytes(path);
    }
}
