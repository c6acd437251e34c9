package io.evident.storage;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.BlockFile;
import io.evident.storage.segment.ChronicleBlockFile;
import io.evident.storage.segment.EnvelopeLayout;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.segment.SegmentReader;
import io.evident.storage.segment.WrittenAgain;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A segment on the standby volume that holds blocks of another segment again, byte for byte. It gets no seal: each start
 * reads it, to find out which blocks are in two places. For one thread and one use.
 */
final class RewrittenBlocks implements AutoCloseable {
    private final FileOperations files;
    private final Path directory;
    private final BlockFile file;
    private final SegmentReader reader;
    private final int segment;
    private final List<BlockInfo> infos = new ArrayList<>();

    /** Creates the segment, whose name is not used yet, and makes it known. */
    RewrittenBlocks(
            FileOperations files,
            BlockFile.Opener opener,
            Path segmentsDirectory,
            SegmentName name,
            long segmentBytes,
            ShardBlocks blocks)
            throws IOException {
        this.files = files;
        this.directory = segmentsDirectory.resolve(name.toString());
        files.createDirectory(directory);
        this.file = opener.open(directory, segmentBytes);
        this.reader = new SegmentReader(files, directory, name);
        this.segment = blocks.addSegment(reader);
    }

    /** Writes a block whose envelope is complete; returns how it is described here. */
    BlockInfo append(byte[] bytes, int length) throws IOException {
        // As CRITICAL, so that the reserve is given up for what was acknowledged.
        file.makeRoom(length, Lane.CRITICAL);
        long position = file.append(bytes, length);
        BlockInfo info = EnvelopeLayout.info(bytes, 0, segment, position);
        infos.add(info);
        return info;
    }

    /** Forces all of it, so that it is found again. */
    void force() throws IOException {
        Path path = directory.resolve(ChronicleBlockFile.FILE_NAME);
        try (FileChannel channel = files.open(path, StandardOpenOption.WRITE)) {
            files.force(channel, path);
        }
        files.forceDirectory(directory);
        files.forceDirectory(directory.getParent());
    }

    /** Marks it as complete, once it is forced: there is no other block that had to be written. */
    void markComplete() throws IOException {
        WrittenAgain.mark(files, directory);
    }

    /** The blocks, in the order in which they were written. */
    List<BlockInfo> infos() {
        return infos;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
