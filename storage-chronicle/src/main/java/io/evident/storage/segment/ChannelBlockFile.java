package io.evident.storage.segment;

import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A segment's file that is written with plain writes, for the standby volume: what a disk cannot take is an exception then,
 * and never a fault of a memory map. The words around the blocks are those of Chronicle, so that every reader here reads it
 * as any other segment; the pages that Chronicle keeps for its own readers are not there.
 */
public final class ChannelBlockFile implements BlockFile {
    private static final int WORD_BYTES = Integer.BYTES;

    private final FileOperations files;
    private final Path path;
    private final FileChannel channel;
    private long end;

    private ChannelBlockFile(FileOperations files, Path path, FileChannel channel) {
        this.files = files;
        this.path = path;
        this.channel = channel;
    }

    /** Opens segments' files this way. */
    public static BlockFile.Opener opener(FileOperations files) {
        return (directory, segmentBytes) -> open(files, directory);
    }

    private static BlockFile open(FileOperations files, Path segmentDirectory) throws IOException {
        Path path = segmentDirectory.resolve(ChronicleBlockFile.FILE_NAME);
        Path prepared = segmentDirectory.resolve(ChronicleBlockFile.PREPARED_NAME);
        if (files.exists(prepared)) {
            files.rename(prepared, path);
            return new ChannelBlockFile(files, path, files.open(path, StandardOpenOption.WRITE));
        }
        return new ChannelBlockFile(
                files, path, files.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    /** The length goes in front last: a crash leaves a block that is begun behind a zero. */
    @Override
    public long append(byte[] bytes, int length) throws IOException {
        long position = end + WORD_BYTES;
        files.write(channel, path, ByteBuffer.wrap(bytes, 0, length), position);
        ByteBuffer word = ByteBuffer.allocate(WORD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        files.write(channel, path, word.putInt(length).flip(), end);
        end = position + length + WORD_BYTES - 1 & -WORD_BYTES;
        return position;
    }

    @Override
    public boolean ownsLength() {
        return false;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
