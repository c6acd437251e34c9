package io.evident.storage.emergency;

import io.evident.storage.file.Closing;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.BlockFileReader;
import io.evident.storage.segment.EnvelopeLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * One copy of a shard's emergency journal: a directory with files. It is written by one thread at a time, which is handed
 * over with {@link CopyGroup}'s lock; read by any. A copy that failed once is never written again, but still read.
 */
final class Copy implements AutoCloseable {
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 20).asReadOnlyBuffer();

    private final FileOperations files;
    private final Path directory;
    private final String label;
    private final BlockFileReader[] readers = new BlockFileReader[FileFormat.MAX_FILES];
    private final FileChannel[] channels = new FileChannel[FileFormat.MAX_FILES];
    private final long[] readyBytes = new long[FileFormat.MAX_FILES];
    private final boolean[] goodHeader = new boolean[FileFormat.MAX_FILES];
    private final ByteBuffer record = ByteBuffer.allocateDirect(FileFormat.recordBytes(EnvelopeLayout.MAX_BLOCK_BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    private volatile boolean working = true;
    private volatile boolean behind;
    private volatile boolean hung;

    Copy(FileOperations files, Path directory, String label) {
        this.files = files;
        this.directory = directory;
        this.label = label;
        for (int file = 0; file < readers.length; file++) {
            resetReader(file);
        }
    }

    private void resetReader(int file) {
        readers[file] = new BlockFileReader(files, path(file), label + "/" + FileFormat.name(file));
    }

    FileOperations files() {
        return files;
    }

    Path directory() {
        return directory;
    }

    String label() {
        return label;
    }

    BlockFileReader reader(int file) {
        return readers[file];
    }

    Path path(int file) {
        return directory.resolve(FileFormat.name(file));
    }

    boolean working() {
        return working;
    }

    void drop() {
        working = false;
    }

    /** Whether something that was begun with it does not end, so far. */
    void setBehind(boolean isBehind) {
        behind = isBehind;
    }

    /** Its volume hangs: it is not touched any more by this opening. Any thread. */
    void setHung() {
        hung = true;
    }

    boolean isHung() {
        return hung;
    }

    /** Whether a thread that reads it would be likely to hang, too. */
    boolean mayHang() {
        return hung || behind;
    }

    void headerIsGood(int file) {
        goodHeader[file] = true;
    }

    /** Whether so many bytes of a file can be written to without more ado. */
    boolean isReady(int file, long fileBytes) {
        return channels[file] != null && readyBytes[file] >= fileBytes;
    }

    /**
     * Makes a file ready: all of its bytes are on the disk, written and not only promised, so that writing over them needs
     * no more space. One that is there already keeps what it holds.
     */
    void prepare(int file, long fileBytes, int shard, JournalId id) throws IOException {
        if (isReady(file, fileBytes)) {
            return;
        }
        Path path = path(file);
        FileChannel channel = channels[file] != null
                ? channels[file]
                : files.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channels[file] = channel;
        long size = channel.size();
        if (size < fileBytes) {
            lengthen(channel, path, size, fileBytes);
        }
        if (!goodHeader[file]) {
            files.write(channel, path, FileFormat.header(shard, file, id), 0);
        }
        files.force(channel, path);
        files.forceDirectory(directory);
        goodHeader[file] = true;
        readyBytes[file] = Math.max(size, fileBytes);
    }

    private void lengthen(FileChannel channel, Path path, long from, long to) throws IOException {
        try {
            for (long at = from; at < to; at += ZEROS.capacity()) {
                ByteBuffer zeros = ZEROS.duplicate().clear();
                files.write(channel, path, zeros.limit((int) Math.min(zeros.capacity(), to - at)), at);
            }
            files.force(channel, path);
        } catch (IOException | RuntimeException e) {
            giveBack(channel, path, from, e);
            throw e;
        }
    }

    /** What could not become a whole file must not use up the space of a full disk. */
    private void giveBack(FileChannel channel, Path path, long sizeBytes, Exception reason) {
        try {
            files.truncate(channel, path, sizeBytes);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /** Takes a copy of a block's bytes for {@link #write}: the caller's may change while this copy is still behind. */
    void stage(byte[] block, int length) {
        record.clear();
        record.putInt(length).put(block, 0, length);
        while (record.position() < FileFormat.WORD_BYTES + FileFormat.padded(length)) {
            record.put((byte) 0);
        }
        record.putInt(0);
        record.flip();
    }

    /** Writes what was staged, and forces it. */
    void write(int file, long position) throws IOException {
        rewrite(file, position);
        force(file);
    }

    /** Writes what was staged without forcing it. */
    void rewrite(int file, long position) throws IOException {
        files.write(channels[file], path(file), record, position);
    }

    /** The same without the word that says that nothing follows. */
    void rewriteBefore(int file, long position) throws IOException {
        record.limit(record.limit() - FileFormat.WORD_BYTES);
        rewrite(file, position);
    }

    void force(int file) throws IOException {
        files.force(channels[file], path(file));
    }

    /** Puts a file aside under a name of its own; its place is then free. */
    Path setAside(int file, int incarnation) throws IOException {
        Path aside;
        int attempt = 0;
        do {
            aside = directory.resolve(
                    FileFormat.name(file) + ".aside-" + incarnation + (attempt == 0 ? "" : "-" + attempt));
            attempt++;
        } while (files.exists(aside));
        closeFile(file);
        files.rename(path(file), aside);
        files.forceDirectory(directory);
        resetReader(file);
        goodHeader[file] = false;
        return aside;
    }

    private void closeFile(int file) throws IOException {
        List<AutoCloseable> open = new ArrayList<>(List.of(readers[file]));
        if (channels[file] != null) {
            open.add(channels[file]);
            channels[file] = null;
            readyBytes[file] = 0;
        }
        Closing.all(open);
    }

    @Override
    public void close() throws IOException {
        List<AutoCloseable> all = new ArrayList<>();
        for (int file = 0; file < readers.length; file++) {
            int each = file;
            all.add(() -> closeFile(each));
        }
        Closing.all(all);
    }
}
