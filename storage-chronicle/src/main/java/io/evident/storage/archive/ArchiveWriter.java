package io.evident.storage.archive;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictTrainer;
import com.github.luben.zstd.ZstdException;
import io.evident.storage.file.FileOperations;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Makes the archive of a file that does not change any more, and reads it back before anyone may rely on it. For one thread
 * and one file.
 */
public final class ArchiveWriter {
    /** A chunk holds some tens of events: enough to compress well, and read in microseconds. */
    static final int CHUNK_BYTES = 8 << 10;

    private static final int LEVEL = 3;
    private static final int DICTIONARY_BYTES = 32 << 10;
    private static final int SAMPLES = 500;
    private static final int BUFFER_BYTES = 1 << 20;

    private final FileOperations files;
    private final Source source;
    private final Path target;
    private final Pace pace;
    private final byte[] plain = new byte[CHUNK_BYTES];
    private final byte[] frame = new byte[(int) Zstd.compressBound(CHUNK_BYTES)];
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private FileChannel to;

    /** What is archived: it does not change any more. */
    public interface Source extends Closeable {
        /** How long it is. */
        long sizeBytes() throws IOException;

        /** Reads some bytes from a position on, as many as are there and have room, at least one; -1 at the end. */
        int read(ByteBuffer into, long position) throws IOException;

        /** What reports call it. */
        String label();
    }

    private record FileSource(Path file, FileChannel channel) implements Source {
        @Override
        public long sizeBytes() throws IOException {
            return channel.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return channel.read(into, position);
        }

        @Override
        public String label() {
            return file.toString();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** A whole file as it is. */
    public static Source of(FileOperations files, Path file) throws IOException {
        return new FileSource(file, files.open(file, StandardOpenOption.READ));
    }

    /** Holds the work back, so that it is in nobody's way. */
    @FunctionalInterface
    public interface Pace {
        /**
         * So many bytes are about to be read.
         *
         * @throws IOException when the work is to end
         */
        void spend(int bytes) throws IOException;
    }

    /**
     * @param source what is archived; whoever opened it closes it
     * @param target the archive; one that is there is replaced
     */
    public ArchiveWriter(FileOperations files, Source source, Path target, Pace pace) {
        this.files = files;
        this.source = source;
        this.target = target;
        this.pace = pace;
    }

    /**
     * Writes the archive and forces it, and compares it with the source byte by byte. Its name is not forced.
     *
     * @return its size in bytes
     */
    public long write() throws IOException {
        try (FileChannel opened = files.open(
                target, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            to = opened;
            byte[] dictionary = train(source);
            ArchiveHeader header = writeChunks(source, dictionary);
            files.write(to, target, header.bytes(), 0);
            files.force(to, target);
            compare(source);
            return header.archiveBytes();
        }
    }

    /** A dictionary of what chunks all over the file have in common; none when they are too few, or have nothing. */
    private byte[] train(Source from) throws IOException {
        long chunks = from.sizeBytes() / CHUNK_BYTES;
        if (chunks < SAMPLES) {
            return new byte[0];
        }
        ZstdDictTrainer trainer = new ZstdDictTrainer(SAMPLES * CHUNK_BYTES, DICTIONARY_BYTES);
        for (int i = 0; i < SAMPLES; i++) {
            long at = i * (chunks / SAMPLES) * CHUNK_BYTES;
            pace.spend(CHUNK_BYTES);
            trainer.addSample(Arrays.copyOf(plain, readPlain(from, at, CHUNK_BYTES)));
        }
        try {
            return trainer.trainSamples();
        } catch (ZstdException e) {
            // Samples that are all zeros, or noise: nothing to be learned.
            return new byte[0];
        }
    }

    private ArchiveHeader writeChunks(Source from, byte[] dictionary) throws IOException {
        long size = from.sizeBytes();
        ArchiveHeader plan = new ArchiveHeader(CHUNK_BYTES, size, 0, dictionary.length, 0);
        long[] starts = new long[Math.toIntExact(plan.chunks() + 1)];
        long at = ArchiveHeader.BYTES;
        files.write(to, target, ByteBuffer.wrap(dictionary), at);
        at += dictionary.length;
        buffer.clear();
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(LEVEL);
            if (dictionary.length > 0) {
                context.loadDict(dictionary);
            }
            for (int chunk = 0; chunk < starts.length - 1; chunk++) {
                starts[chunk] = at + buffer.position();
                pace.spend(CHUNK_BYTES);
                int count = readPlain(from, (long) chunk * CHUNK_BYTES, plan.plainBytes(chunk));
                int length = context.compressByteArray(frame, 0, frame.length, plain, 0, count);
                if (buffer.remaining() < length + ArchiveHeader.CRC_BYTES) {
                    at += flush(at);
                    starts[chunk] = at;
                }
                buffer.put(frame, 0, length).putInt(ArchiveHeader.chunkCrc(chunk, frame, length));
            }
        }
        at += flush(at);
        starts[starts.length - 1] = at;
        writeTable(starts, at);
        int dictionaryCrc = ArchiveHeader.crc(dictionary, 0, dictionary.length);
        return new ArchiveHeader(CHUNK_BYTES, size, at, dictionary.length, dictionaryCrc);
    }

    private void writeTable(long[] starts, long position) throws IOException {
        long at = position;
        for (long start : starts) {
            if (buffer.remaining() < Long.BYTES) {
                at += flush(at);
            }
            buffer.putLong(start);
        }
        flush(at);
    }

    private int flush(long position) throws IOException {
        buffer.flip();
        int length = buffer.remaining();
        files.write(to, target, buffer, position);
        buffer.clear();
        return length;
    }

    private int readPlain(Source from, long position, int length) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(plain, 0, length);
        while (into.hasRemaining()) {
            if (from.read(into, position + into.position()) < 0) {
                throw new IOException(source.label() + " became shorter while it was archived");
            }
        }
        return length;
    }

    private void compare(Source from) throws IOException {
        try (ArchiveChannel archive = ArchiveChannel.open(files, target)) {
            byte[] back = new byte[CHUNK_BYTES];
            for (long at = 0; at < from.sizeBytes(); at += CHUNK_BYTES) {
                int length = (int) Math.min(CHUNK_BYTES, from.sizeBytes() - at);
                pace.spend(length);
                readPlain(from, at, length);
                ArchiveHeader.readFully(archive, ByteBuffer.wrap(back, 0, length), at);
                if (!Arrays.equals(plain, 0, length, back, 0, length)) {
                    throw new IOException("the archive of " + source.label() + " is not the same from " + at + " on");
                }
            }
        }
    }
}
