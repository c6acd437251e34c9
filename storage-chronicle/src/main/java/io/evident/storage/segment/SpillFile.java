package io.evident.storage.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Numbers that need not be in the heap: in a file that has no name and ends with the process, whatever ends that. Chunks of one length are written one
 * behind the other, and read through a memory map, so from the page cache as a rule. One thread writes; any thread reads what it was told is
 * written.
 *
 * <p>What the disk can no longer deliver shows as an {@link InternalError} where it is read.
 */
final class SpillFile implements AutoCloseable {
    /** Chunks of one map: there is a limit to how many maps a process may have. */
    private static final int CHUNKS_PER_MAP = 1 << 10;

    private static final String PREFIX = "evident-blocks-";

    private final FileChannel channel;
    private final int chunkLongs;
    private final ByteBuffer buffer;
    private volatile LongBuffer[] maps = {};
    private int written;

    private SpillFile(FileChannel channel, int chunkLongs) {
        this.channel = channel;
        this.chunkLongs = chunkLongs;
        this.buffer = ByteBuffer.allocateDirect(chunkLongs * Long.BYTES).order(ByteOrder.nativeOrder());
    }

    /**
     * Makes one.
     *
     * @param chunkLongs numbers of a chunk; as bytes a multiple of the size of a page
     * @throws IOException when there can be none in this directory
     */
    static SpillFile in(Path directory, int chunkLongs) throws IOException {
        Path file = Files.createTempFile(directory, PREFIX, null);
        try {
            return new SpillFile(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE), chunkLongs);
        } finally {
            Files.delete(file);
        }
    }

    /** How many chunks there are. */
    int chunks() {
        return written;
    }

    /** Writes the next chunk. When that fails, nothing has changed. */
    void write(long[] chunk) throws IOException {
        long at = (long) written * chunkLongs * Long.BYTES;
        buffer.clear().asLongBuffer().put(chunk);
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
        int map = written / CHUNKS_PER_MAP;
        LongBuffer[] known = maps;
        if (map == known.length) {
            long mapBytes = (long) CHUNKS_PER_MAP * chunkLongs * Long.BYTES;
            LongBuffer[] more = Arrays.copyOf(known, map + 1);
            more[map] = channel.map(FileChannel.MapMode.READ_ONLY, map * mapBytes, mapBytes)
                    .order(ByteOrder.nativeOrder())
                    .asLongBuffer();
            maps = more;
        }
        written++;
    }

    /** Copies numbers of a chunk that is written. */
    void read(int chunk, int from, long[] to, int at, int count) {
        maps[chunk / CHUNKS_PER_MAP].get(chunk % CHUNKS_PER_MAP * chunkLongs + from, to, at, count);
    }

    /** What was read can still be read: the map goes when nobody has it any more. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
