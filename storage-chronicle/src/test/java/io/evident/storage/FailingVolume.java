package io.evident.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;

/** The real file system, of which what lies below one directory fails as a whole: from the n-th operation that changes it. */
final class FailingVolume extends FaultyFiles {
    private final Path root;
    private int left = Integer.MAX_VALUE;
    private boolean broken;
    private boolean readable = true;
    private String awaitedName;
    private Happening happening;

    FailingVolume(Path root) {
        this.root = root;
    }

    /** Lets the volume fail with the n-th operation from now, from 1. */
    synchronized void breakAt(int nth) {
        left = nth;
    }

    /** Lets the volume fail from now on. */
    synchronized void breakNow() {
        broken = true;
    }

    /** Whether a broken volume can still be read. */
    synchronized void setReadable(boolean can) {
        readable = can;
    }

    synchronized boolean isBroken() {
        return broken;
    }

    /** Lets something happen once, before a file of this name is changed. */
    synchronized void before(String fileName, Happening what) {
        awaitedName = fileName;
        happening = what;
    }

    /** What another thread does meanwhile. */
    interface Happening {
        void happen() throws IOException;
    }

    /** The volume is as it was. */
    synchronized void mend() {
        broken = false;
        left = Integer.MAX_VALUE;
    }

    private synchronized void change(Path path) throws IOException {
        if (path.endsWith(String.valueOf(awaitedName))) {
            awaitedName = null;
            happening.happen();
        }
        if (path.startsWith(root)) {
            broken |= --left == 0;
            if (broken) {
                throw new IOException("Input/output error: " + path.getFileName());
            }
        }
    }

    private synchronized void read(Path path) throws IOException {
        if (path.startsWith(root) && broken && !readable) {
            throw new IOException("Input/output error: " + path.getFileName());
        }
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        change(directory);
        super.createDirectory(directory);
    }

    @Override
    public synchronized boolean exists(Path path) {
        return !(path.startsWith(root) && broken && !readable) && super.exists(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        read(directory);
        return super.list(directory);
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        if (List.of(options).equals(List.of(java.nio.file.StandardOpenOption.READ))) {
            read(file);
        } else {
            change(file);
        }
        return super.open(file, options);
    }

    @Override
    public void write(FileChannel channel, Path file, ByteBuffer bytes) throws IOException {
        change(file);
        super.write(channel, file, bytes);
    }

    @Override
    public void force(FileChannel channel, Path file) throws IOException {
        change(file);
        super.force(channel, file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        change(directory);
        super.forceDirectory(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change(to);
        super.rename(from, to);
    }
}
