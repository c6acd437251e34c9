package io.evident.storage.archive;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictDecompress;
import com.github.luben.zstd.ZstdException;
import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archived file, as if it were there: a channel that can be read by position, and nothing else. Every byte is checked
 * before it is given; a chunk that is damaged reads as zeros, as a page does that a disk has lost, and is named in the log: the
 * blocks in it then miss their checksums, and the others are found. Thread-safe.
 */
public final class ArchiveChannel extends FileChannel {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveChannel.class);
    /** A frame of what cannot be compressed is a little longer than it. */
    private static final int SLACK_BYTES = 1 << 10;

    /** What a thread decompresses with; the chunk it had last is often the next one, too. */
    private static final class Scratch {
        private final ZstdDecompressCtx plainly = new ZstdDecompressCtx();
        private final ZstdDecompressCtx byDictionary = new ZstdDecompressCtx();
        private ArchiveChannel of;
        private long chunk = -1;
        private byte[] packed = new byte[0];
        private byte[] plain = new byte[0];
    }

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private final Path file;
    private final AtomicBoolean damageTold = new AtomicBoolean();
    private final FileChannel archive;
    private final ArchiveHeader header;
    private final ZstdDictDecompress dictionary;

    private ArchiveChannel(Path file, FileChannel archive, ArchiveHeader header, ZstdDictDecompress dictionary) {
        this.file = file;
        this.archive = archive;
        this.header = header;
        this.dictionary = dictionary;
    }

    /**
     * Opens an archive.
     *
     * @throws IOException when it cannot be read or its beginning is damaged
     */
    public static ArchiveChannel open(FileOperations files, Path file) throws IOException {
        FileChannel archive = files.open(file, StandardOpenOption.READ);
        try {
            ArchiveHeader header = ArchiveHeader.read(archive);
            return new ArchiveChannel(file, archive, header, dictionary(archive, header));
        } catch (IOException | RuntimeException e) {
            archive.close();
            throw e;
        }
    }

    /** It is not closed: threads may be at work with it, and the collector lets go of it. */
    private static ZstdDictDecompress dictionary(FileChannel archive, ArchiveHeader header) throws IOException {
        if (header.dictionaryBytes() == 0) {
            return null;
        }
        byte[] bytes = new byte[header.dictionaryBytes()];
        ArchiveHeader.readFully(archive, ByteBuffer.wrap(bytes), ArchiveHeader.BYTES);
        if (ArchiveHeader.crc(bytes, 0, bytes.length) != header.dictionaryCrc()) {
            throw new IOException("the dictionary of the archive is damaged");
        }
        return new ZstdDictDecompress(bytes);
    }

    /** Bytes that the archive takes on the disk. */
    public long archiveBytes() {
        return header.archiveBytes();
    }

    /** The size of the archived file. */
    @Override
    public long size() throws IOException {
        requireOpen();
        return header.originalBytes();
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        requireOpen();
        if (position < 0) {
            throw new IllegalArgumentException("position " + position);
        }
        if (position >= header.originalBytes()) {
            return -1;
        }
        int wanted = (int) Math.min(into.remaining(), header.originalBytes() - position);
        if (wanted == 0) {
            return 0;
        }
        try {
            unpack(into, position, wanted);
            return wanted;
        } catch (ClosedChannelException e) {
            // An interrupt closes the file, but not this: whoever shares it opens anew only what is closed.
            close();
            throw e;
        }
    }

    private void unpack(ByteBuffer into, long position, int wanted) throws IOException {
        long first = position / header.chunkBytes();
        long last = (position + wanted - 1) / header.chunkBytes();
        ByteBuffer starts = starts(first, last);
        Scratch scratch = SCRATCH.get();
        long at = position;
        for (long chunk = first; chunk <= last; chunk++) {
            unpack(scratch, chunk, starts);
            int from = (int) (at - chunk * header.chunkBytes());
            int count = (int) Math.min(header.plainBytes(chunk) - from, position + wanted - at);
            into.put(scratch.plain, from, count);
            at += count;
        }
    }

    /** Where the chunks begin, and where the last one ends. */
    private ByteBuffer starts(long first, long last) throws IOException {
        int entries = Math.toIntExact(last - first + 2);
        ByteBuffer starts =
                ByteBuffer.allocate(entries * ArchiveHeader.ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        ArchiveHeader.readFully(archive, starts, header.tablePosition() + first * ArchiveHeader.ENTRY_BYTES);
        return starts;
    }

    private void unpack(Scratch scratch, long chunk, ByteBuffer starts) throws IOException {
        long from = starts.getLong();
        long to = starts.getLong(starts.position());
        if (scratch.of == this && scratch.chunk == chunk) {
            return;
        }
        scratch.of = null;
        if (scratch.plain.length < header.chunkBytes()) {
            scratch.plain = new byte[header.chunkBytes()];
        }
        String wrong = unpack(scratch, chunk, from, to);
        if (wrong != null) {
            Arrays.fill(scratch.plain, 0, header.plainBytes(chunk), (byte) 0);
            tell(chunk, wrong);
        }
        scratch.of = this;
        scratch.chunk = chunk;
    }

    /** What is wrong with a chunk, or {@code null}. */
    private String unpack(Scratch scratch, long chunk, long from, long to) throws IOException {
        boolean isSane = from >= ArchiveHeader.BYTES
                && to <= header.tablePosition()
                && to - from > ArchiveHeader.CRC_BYTES
                && to - from <= 2L * header.chunkBytes() + SLACK_BYTES;
        if (!isSane) {
            return "its place in the table is damaged";
        }
        int length = (int) (to - from);
        if (scratch.packed.length < length) {
            scratch.packed = new byte[2 * header.chunkBytes() + SLACK_BYTES];
        }
        ByteBuffer packed = ByteBuffer.wrap(scratch.packed, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        ArchiveHeader.readFully(archive, packed, from);
        int frame = length - ArchiveHeader.CRC_BYTES;
        return packed.getInt(frame) == ArchiveHeader.chunkCrc(chunk, scratch.packed, frame)
                ? decompress(scratch, chunk, frame)
                : "its checksum is wrong";
    }

    private String decompress(Scratch scratch, long chunk, int frame) {
        int plain = header.plainBytes(chunk);
        try {
            ZstdDecompressCtx context =
                    dictionary == null ? scratch.plainly : scratch.byDictionary.loadDict(dictionary);
            int got = context.decompressByteArray(scratch.plain, 0, plain, scratch.packed, 0, frame);
            return got == plain ? null : "it holds " + got + " bytes in the place of " + plain;
        } catch (ZstdException e) {
            return e.getMessage();
        }
    }

    private void tell(long chunk, String wrong) {
        if (damageTold.compareAndSet(false, true)) {
            long from = chunk * header.chunkBytes();
            LOG.error(
                    "{} is damaged: the chunk of the bytes {} to {} cannot be used, {}; more may follow, verify names them",
                    file,
                    from,
                    from + header.plainBytes(chunk),
                    wrong);
        }
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    protected void implCloseChannel() throws IOException {
        archive.close();
    }

    // ---- what an archive cannot do ----

    private static UnsupportedOperationException onlyByPosition() {
        return new UnsupportedOperationException("an archive is read by position");
    }

    @Override
    public int read(ByteBuffer into) {
        throw onlyByPosition();
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
        throw onlyByPosition();
    }

    @Override
    public long position() {
        throw onlyByPosition();
    }

    @Override
    public FileChannel position(long newPosition) {
        throw onlyByPosition();
    }

    @Override
    public int write(ByteBuffer from) {
        throw new NonWritableChannelException();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw new NonWritableChannelException();
    }

    @Override
    public int write(ByteBuffer from, long position) {
        throw new NonWritableChannelException();
    }

    @Override
    public FileChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public void force(boolean metaData) {
        throw new NonWritableChannelException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw onlyByPosition();
    }

    @Override
    public long transferFrom(ReadableByteChannel from, long position, long count) {
        throw new NonWritableChannelException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw onlyByPosition();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw onlyByPosition();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw onlyByPosition();
    }
}
