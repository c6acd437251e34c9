package io.evident.storage.segment;

import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A segment's file, written with plain writes: what a disk cannot take is an exception then, and never a fault of a memory
 * map. The words around the blocks are those of Chronicle. On the data volume Chronicle began the file ({@link
 * ChronicleBlockFile}); on the standby volume the pages that Chronicle keeps for its own readers are not there.
 */
public final class ChannelBlockFile implements BlockFile {
    private static final int WORD_BYTES = Integer.BYTES;

    private final ByteBuffer word = ByteBuffer.allocateDirect(WORD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final FileOperations files;
    private final Path path;
    private final FileChannel channel;
    private long end;

    private ChannelBlockFile(FileOperations files, Path path, FileChannel channel, long end) {
        this.files = files;
        this.path = path;
        this.channel = channel;
        this.end = end;
    }

    /** Goes on in a file that somebody began, from the place of the next word. */
    static BlockFile behind(FileOperations files, Path path, long end) throws IOException {
        return new ChannelBlockFile(files, path, files.open(path, StandardOpenOption.WRITE), end);
    }

    /** Opens segments' files without anything in front of the first block. */
    public static BlockFile.Opener opener(FileOperations files) {
        return (directory, segmentBytes) -> open(files, directory);
    }

    private static BlockFile open(FileOperations files, Path segmentDirectory) throws IOException {
        Path path = segmentDirectory.resolve(ChronicleBlockFile.FILE_NAME);
        Path prepared = segmentDirectory.resolve(ChronicleBlockFile.PREPARED_NAME);
        if (files.exists(prepared)) {
            files.rename(prepared, path);
            return behind(files, path, 0);
        }
        return new ChannelBlockFile(
                files, path, files.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), 0);
    }

    /** The length goes in front last: a crash leaves a block that is begun behind a zero. */
    @Override
    public long append(byte[] bytes, int length) throws IOException {
        long position = end + WORD_BYTES;
        files.write(channel, path, ByteBuffer.wrap(bytes, 0, length), position);
        files.write(channel, path, word.clear().putInt(length).flip(), end);
        end = position + length + WORD_BYTES - 1 & -WORD_BYTES;
        return position;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
