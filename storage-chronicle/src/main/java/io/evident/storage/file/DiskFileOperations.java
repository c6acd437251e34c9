package io.evident.storage.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The real file system. Forcing a directory works on Linux and macOS, not on Windows. Stateless. */
public final class DiskFileOperations implements FileOperations {
    /** The one instance. */
    public static final FileOperations INSTANCE = new DiskFileOperations();

    private DiskFileOperations() {}

    @Override
    public void createDirectory(Path directory) throws IOException {
        Files.createDirectory(directory);
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return list(directory, Files::list);
    }

    /** How a directory is opened. */
    @FunctionalInterface
    interface Listing {
        Stream<Path> open(Path directory) throws IOException;
    }

    /** A directory that opens need not read to its end: that is told as any other failure to read. */
    static List<Path> list(Path directory, Listing listing) throws IOException {
        try (Stream<Path> entries = listing.open(directory)) {
            return entries.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, options);
    }

    @Override
    public void write(FileChannel channel, Path file, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void write(FileChannel channel, Path file, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    @Override
    public void force(FileChannel channel, Path file) throws IOException {
        channel.force(false);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public long freeBytes(Path path) throws IOException {
        // Quick, but 0 stands for a failure too; the file store tells the two apart, and is slow to find.
        long free = path.toFile().getUsableSpace();
        return free > 0 ? free : Files.getFileStore(path).getUsableSpace();
    }
}
