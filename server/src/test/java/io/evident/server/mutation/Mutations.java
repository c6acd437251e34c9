package io.evident.server.mutation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Random harm to the files of a data directory. The same seed does the same harm. */
final class Mutations {
    private static final int PAGE_BYTES = 4096;
    private static final int MAX_AT_ONCE = 4;
    private static final int EMERGENCY_WRITTEN_BYTES = 60_000;

    private final Path data;
    private final Random random;
    private final List<String> told = new ArrayList<>();

    Mutations(Path data, Random random) {
        this.data = data;
        this.random = random;
    }

    /** Does one harm, or several at once; returns what was done. */
    List<String> apply() throws IOException {
        int count = random.nextInt(3) == 0 ? 2 + random.nextInt(MAX_AT_ONCE - 1) : 1;
        for (int i = 0; i < count; i++) {
            one();
        }
        return told;
    }

    private void one() throws IOException {
        List<Path> files = files();
        if (files.isEmpty()) {
            return;
        }
        Path file = files.get(random.nextInt(files.size()));
        switch (random.nextInt(11)) {
            case 0, 1, 2 -> flipBits(file);
            case 3 -> truncate(file, (long) (random.nextDouble() * written(file, Files.size(file))));
            case 4 -> zeroPage(file);
            case 5 -> delete(file);
            case 6 -> truncate(file, 0);
            case 7 -> swap(file, files);
            case 8 -> append(file);
            case 9 -> harmSegment(files);
            default -> scribble(file);
        }
    }

    /** All files, those with blocks three times, so that most of the harm is done to them. */
    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(data)) {
            all.filter(Files::isRegularFile).sorted().forEach(file -> {
                for (int i = 0; i < (file.endsWith(WrittenData.JOURNAL) ? 3 : isEmergency(file) ? 2 : 1); i++) {
                    files.add(file);
                }
            });
        }
        return files;
    }

    private static boolean isEmergency(Path file) {
        return file.getFileName().toString().endsWith(".blocks");
    }

    private String name(Path file) {
        return data.relativize(file).toString();
    }

    private void flipBits(Path file) throws IOException {
        long size = Files.size(file);
        for (int i = 1 + random.nextInt(3); i > 0 && size > 0; i--) {
            long position = (long) (random.nextDouble() * written(file, size));
            int bit = random.nextInt(Byte.SIZE);
            told.add("bit " + bit + " of byte " + position + " of " + name(file));
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ByteBuffer one = ByteBuffer.allocate(1);
                channel.read(one, position);
                one.put(0, (byte) (one.get(0) ^ 1 << bit)).rewind();
                channel.write(one, position);
            }
        }
    }

    /** Most of an emergency file was never written to: harm is done to its beginning. */
    private static long written(Path file, long size) {
        return isEmergency(file) ? Math.min(size, EMERGENCY_WRITTEN_BYTES) : size;
    }

    private void truncate(Path file, long length) throws IOException {
        told.add(name(file) + " cut to " + length);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    private void zeroPage(Path file) throws IOException {
        long size = Files.size(file);
        long page = size == 0 ? 0 : (long) (random.nextDouble() * written(file, size)) / PAGE_BYTES * PAGE_BYTES;
        write(file, page, new byte[(int) Math.min(PAGE_BYTES, size - page)], "zeroed");
    }

    private void scribble(Path file) throws IOException {
        long size = Files.size(file);
        long from = (long) (random.nextDouble() * written(file, size));
        byte[] noise = new byte[(int) Math.min(1 + random.nextInt(PAGE_BYTES), size - from)];
        random.nextBytes(noise);
        write(file, from, noise, "scribbled over");
    }

    private void append(Path file) throws IOException {
        byte[] noise = new byte[1 + random.nextInt(2 * PAGE_BYTES)];
        random.nextBytes(noise);
        write(file, Files.size(file), noise, "of noise appended");
    }

    private void write(Path file, long position, byte[] bytes, String what) throws IOException {
        told.add(bytes.length + " bytes at " + position + " of " + name(file) + " " + what);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), position);
        }
    }

    private void delete(Path file) throws IOException {
        told.add(name(file) + " deleted");
        Files.delete(file);
    }

    private void swap(Path file, List<Path> files) throws IOException {
        List<Path> alike = files.stream()
                .filter(other -> other.getFileName().equals(file.getFileName()) && !other.equals(file))
                .toList();
        if (alike.isEmpty()) {
            return;
        }
        Path other = alike.get(random.nextInt(alike.size()));
        told.add(name(file) + " swapped with " + name(other));
        Path aside = data.resolve("aside");
        Files.move(file, aside);
        Files.move(other, file);
        Files.move(aside, other);
    }

    /** Takes a whole segment away, empties it, or puts a copy of it beside it. */
    private void harmSegment(List<Path> files) throws IOException {
        List<Path> segments = files.stream()
                .filter(file -> file.endsWith(WrittenData.JOURNAL))
                .map(Path::getParent)
                .distinct()
                .toList();
        if (segments.isEmpty()) {
            return;
        }
        Path segment = segments.get(random.nextInt(segments.size()));
        if (random.nextInt(3) == 0) {
            Path copy = segment.resolveSibling((1 + random.nextInt(5)) + "-" + (2 + random.nextInt(3)));
            if (!Files.exists(copy)) {
                told.add(name(segment) + " copied to " + name(copy));
                WrittenData.copy(segment, copy);
            }
            return;
        }
        boolean directoryToo = random.nextBoolean();
        told.add(name(segment) + (directoryToo ? " deleted" : " emptied"));
        try (Stream<Path> entries = Files.walk(segment)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                if (directoryToo || !entry.equals(segment)) {
                    Files.delete(entry);
                }
            }
        }
    }
}
