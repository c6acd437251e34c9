package io.evident.storage;

import io.evident.storage.directory.DataLayout;
import io.evident.storage.segment.ChronicleBlockFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/** What tests do to the files of a data directory behind its back. */
final class TestFiles {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private TestFiles() {}

    static Path segment(Path data, int shard, String name) {
        return DataLayout.segments(data, shard).resolve(name);
    }

    static Path journal(Path data, int shard, String segment) {
        return segment(data, shard, segment).resolve(ChronicleBlockFile.FILE_NAME);
    }

    static int u32(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static void putU32(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    static void flipBit(Path file, long position) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, position);
            one.put(0, (byte) (one.get(0) ^ 0x10)).rewind();
            channel.write(one, position);
        }
    }

    static void overwrite(Path file, long position, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), position);
        }
    }

    static void truncate(Path file, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    /** Removes a directory and all that is in it. */
    static void remove(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, IOException e) throws IOException {
                Files.delete(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Copies a data directory while it is in use: what a process that dies now leaves behind. */
    static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                copySparse(file, to.resolve(from.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void copySparse(Path from, Path to) throws IOException {
        byte[] zeros = new byte[1 << 16];
        byte[] chunk = new byte[zeros.length];
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel target = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long size = source.size();
            for (long at = 0; at < size; at += chunk.length) {
                int count = source.read(ByteBuffer.wrap(chunk), at);
                if (count > 0 && !java.util.Arrays.equals(chunk, 0, count, zeros, 0, count)) {
                    target.write(ByteBuffer.wrap(chunk, 0, count), at);
                }
            }
            if (size > 0 && target.size() < size) {
                target.write(ByteBuffer.allocate(1), size - 1);
            }
        }
    }

    /** Open files of this process, or -1 where that cannot be told. */
    static long openFilesUnder(Path directory) {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return -1;
        }
        try (Stream<Path> open = Files.list(descriptors)) {
            return open.filter(descriptor -> pointsUnder(descriptor, directory)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean pointsUnder(Path descriptor, Path directory) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(directory);
        } catch (IOException e) {
            return false; // Closed since it was listed.
        }
    }
}
