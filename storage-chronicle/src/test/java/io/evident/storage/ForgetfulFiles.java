package io.evident.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** The real file system with a power switch: what was written and not forced may be gone, sector by sector. */
final class ForgetfulFiles extends FaultyFiles {
    private static final int SECTOR = 512;

    /** Per file the sectors that were written since its last force, as they were then. */
    private final Map<Path, TreeMap<Long, byte[]>> forced = new HashMap<>();

    private final Map<Path, Long> forcedSizes = new HashMap<>();
    private final Set<Path> created = new HashSet<>();

    @Override
    public synchronized FileChannel open(Path file, OpenOption... options) throws IOException {
        boolean fresh = !Files.exists(file);
        FileChannel channel = super.open(file, options);
        if (fresh) {
            created.add(file);
            forcedSizes.put(file, 0L);
        }
        return channel;
    }

    @Override
    public synchronized void write(FileChannel channel, Path file, ByteBuffer bytes) throws IOException {
        TreeMap<Long, byte[]> sectors = forced.computeIfAbsent(file, key -> new TreeMap<>());
        forcedSizes.putIfAbsent(file, channel.size());
        long end = channel.position() + bytes.remaining();
        try (FileChannel read = FileChannel.open(file, StandardOpenOption.READ)) {
            for (long at = channel.position() / SECTOR; at * SECTOR < end; at++) {
                if (!sectors.containsKey(at)) {
                    byte[] old = new byte[SECTOR];
                    read.read(ByteBuffer.wrap(old), at * SECTOR);
                    sectors.put(at, old);
                }
            }
        }
        super.write(channel, file, bytes);
    }

    @Override
    public synchronized void force(FileChannel channel, Path file) throws IOException {
        super.force(channel, file);
        forced.remove(file);
        forcedSizes.remove(file);
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        super.forceDirectory(directory);
        created.removeIf(file -> file.getParent().equals(directory));
    }

    /** Takes back some or all of what was not forced. */
    synchronized void cutPower(Random random, boolean everything) {
        created.forEach(file -> delete(file, everything || random.nextBoolean()));
        forced.forEach((file, sectors) -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                for (Map.Entry<Long, byte[]> sector : sectors.entrySet()) {
                    if (everything || random.nextBoolean()) {
                        channel.write(ByteBuffer.wrap(sector.getValue()), sector.getKey() * SECTOR);
                    }
                }
                if (everything) {
                    channel.truncate(forcedSizes.getOrDefault(file, channel.size()));
                }
            } catch (NoSuchFileException e) {
                return; // Gone with its directory entry.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        forced.clear();
        forcedSizes.clear();
        created.clear();
    }

    private static void delete(Path file, boolean really) {
        try {
            if (really) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
