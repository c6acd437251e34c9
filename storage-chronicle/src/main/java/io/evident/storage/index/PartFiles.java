package io.evident.storage.index;

import io.evident.pipeline.index.BlockRuns;
import io.evident.pipeline.index.IndexDamagedException;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.file.FileOperations;
import io.evident.storage.index.active.ActiveView;
import io.evident.storage.index.file.FilePart;
import io.evident.storage.index.file.PartHeader;
import io.evident.storage.index.file.PartRoom;
import io.evident.storage.index.file.PartWriter;
import io.evident.storage.removed.RemovedEvents;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one shard's parts, each beside the segment whose blocks it covers: {@code events-<first sequence>.idx}. A
 * file that does not fit is worth nothing: it is removed, and its blocks are read. Used by one thread at a time.
 */
final class PartFiles {
    private static final Logger LOG = LoggerFactory.getLogger(PartFiles.class);
    private static final int PIECE_BYTES = 1 << 20;
    private static final String PREFIX = "events-";
    private static final String SUFFIX = ".idx";
    private static final String TEMPORARY_SUFFIX = ".idx.new";

    private final FileOperations files;
    private final ShardBlocks blocks;
    private final boolean writable;
    private final Predicate<Path> hasRoom;

    /**
     * @param writable whether files may be written and removed
     * @param hasRoom whether the volume of a directory has room for what is not needed
     */
    PartFiles(FileOperations files, ShardBlocks blocks, boolean writable, Predicate<Path> hasRoom) {
        this.files = files;
        this.blocks = blocks;
        this.writable = writable;
        this.hasRoom = hasRoom;
    }

    /** The parts that fit the shard's blocks, by block and without overlap. */
    List<FilePart> openAll(Runnable onDamage) {
        Set<Path> directories = new LinkedHashSet<>();
        for (int segment = 0; segment < blocks.segments(); segment++) {
            if (isRemovedFrom(blocks.segment(segment))) {
                deleteOld(blocks.segmentDirectory(segment));
            } else {
                directories.add(blocks.segmentDirectory(segment));
            }
        }
        List<FilePart> found = new ArrayList<>();
        int unfit = 0;
        for (Path directory : directories) {
            unfit += openAll(directory, found, onDamage);
        }
        if (unfit > 0) {
            LOG.info("shard {}: {} files of the index do not fit the journal and are not used", blocks.shard(), unfit);
        }
        found.sort(Comparator.comparingInt(FilePart::firstBlock));
        List<FilePart> parts = new ArrayList<>();
        int covered = 0;
        for (FilePart part : found) {
            if (part.firstBlock() >= covered) {
                covered = part.endBlock();
                parts.add(part);
            } else {
                delete(part.path());
            }
        }
        return parts;
    }

    /** Whether the parts of a segment may have what was removed of it: a removal was not done with when the process ended. */
    private boolean isRemovedFrom(SegmentReader segment) {
        Path directory = segment.file().getParent();
        if (segment.isFreed() || !RemovedEvents.exists(files, directory)) {
            return segment.isFreed();
        }
        SegmentName name = segment.name();
        try {
            RemovedEvents removed =
                    RemovedEvents.read(files, directory, blocks.shard(), name.incarnation(), name.number());
            return removed == null || !removed.isSettled();
        } catch (IOException e) {
            LOG.warn("shard {}: what was removed of segment {} cannot be read: {}", blocks.shard(), name, e.toString());
            return true;
        }
    }

    private void deleteOld(Path directory) {
        try {
            deleteAll(directory);
        } catch (IOException e) {
            LOG.warn(
                    "shard {}: parts of the index in {} cannot be removed: {}",
                    blocks.shard(),
                    directory,
                    e.toString());
        }
    }

    /** Removes all parts of a segment; that they are gone is on the disk when this returns. */
    void deleteAll(Path directory) throws IOException {
        if (writable) {
            deleteAll(files, directory);
        }
    }

    /** The same, for whoever may. */
    static void deleteAll(FileOperations files, Path directory) throws IOException {
        boolean any = false;
        for (Path entry : files.list(directory)) {
            String name = entry.getFileName().toString();
            if (name.startsWith(PREFIX) && (name.endsWith(SUFFIX) || name.endsWith(TEMPORARY_SUFFIX))) {
                files.delete(entry);
                any = true;
            }
        }
        if (any) {
            files.forceDirectory(directory);
        }
    }

    /** Returns how many are whole and do not fit: of an earlier version, or of another journal. */
    private int openAll(Path directory, List<FilePart> found, Runnable onDamage) {
        List<Path> entries;
        try {
            entries = files.exists(directory) ? files.list(directory) : List.of();
        } catch (IOException e) {
            LOG.warn(
                    "shard {}: {} cannot be looked through for its index: {}", blocks.shard(), directory, e.toString());
            return 0;
        }
        int unfit = 0;
        for (Path entry : entries) {
            String name = entry.getFileName().toString();
            if (name.startsWith(PREFIX) && name.endsWith(SUFFIX)) {
                unfit += open(entry, found, onDamage) ? 0 : 1;
            } else if (name.startsWith(PREFIX) && name.endsWith(TEMPORARY_SUFFIX)) {
                delete(entry);
            }
        }
        return unfit;
    }

    /** False when it is whole and does not fit. */
    private boolean open(Path file, List<FilePart> found, Runnable onDamage) {
        boolean fits = true;
        try {
            FilePart part = openIfFits(file, onDamage);
            if (part != null) {
                found.add(part);
                return true;
            }
            fits = false;
        } catch (IndexDamagedException e) {
            LOG.warn("shard {}: a part of the index is damaged and is made anew: {}", blocks.shard(), e.getMessage());
        } catch (IOException e) {
            // Says nothing against the file: there may be too many open, or mapped.
            LOG.warn(
                    "shard {}: a part of the index cannot be opened and is made anew: {}",
                    blocks.shard(),
                    e.toString());
            return true;
        }
        delete(file);
        return fits;
    }

    private FilePart openIfFits(Path file, Runnable onDamage) throws IOException {
        ByteBuffer bytes = files.map(file);
        PartHeader header;
        try {
            header = PartHeader.read(bytes);
        } catch (InternalError e) {
            throw new IndexDamagedException(file + ": it cannot be read", e);
        }
        if (header == null) {
            return null;
        }
        int firstBlock = firstBlock(header);
        if (firstBlock < 0) {
            blocks.requireKnown(header.incarnation(), header.firstSequence());
            // It may have become known just now.
            firstBlock = firstBlock(header);
            if (firstBlock < 0) {
                blocks.requireKnown(header.incarnation(), header.firstSequence());
            }
        }
        return firstBlock < 0
                ? null
                : FilePart.open(file, bytes, header, firstBlock, runs(header, firstBlock), onDamage);
    }

    /** The first of the blocks that a part is of; -1 when there are no such blocks. */
    private int firstBlock(PartHeader header) {
        int firstBlock = blocks.indexOf(header.incarnation(), header.firstSequence());
        return firstBlock >= 0 && header.describes(blocks, firstBlock) ? firstBlock : -1;
    }

    private BlockRuns runs(PartHeader header, int firstBlock) {
        int endBlock = firstBlock + header.blocks();
        return new BlockRuns(
                firstBlock,
                endBlock,
                block -> block == endBlock
                        ? header.events()
                        : (int) (blocks.block(block).firstSequence() - header.firstSequence()),
                block -> blocks.block(block).minTimeNs(),
                block -> blocks.block(block).maxTimeNs());
    }

    /** Where the file of a part belongs; {@code null} when its blocks are not in one segment any more. */
    Path directoryOf(ActiveView view) {
        int segment = blocks.block(view.firstBlock()).segment();
        for (int block = view.firstBlock() + 1; block < view.endBlock(); block++) {
            if (blocks.block(block).segment() != segment) {
                return null;
            }
        }
        return blocks.segmentDirectory(segment);
    }

    /** Whether a file may be written there now. */
    boolean mayWrite(Path directory) {
        return writable && hasRoom.test(directory);
    }

    /** Writes a part, whose blocks are forced, so that it is found again, and opens it; its bytes are made in some room. */
    FilePart write(ActiveView view, PartRoom room, Path directory, Runnable onDamage) throws IOException {
        String name = PREFIX + view.part().firstSequence();
        Path temporary = directory.resolve(name + TEMPORARY_SUFFIX);
        Path file = directory.resolve(name + SUFFIX);
        ByteBuffer bytes = PartWriter.bytes(view, room);
        try (FileChannel channel = files.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            // In pieces: what is on the heap is copied out of it for the system, as much at a time as is written at a
            // time.
            for (ByteBuffer rest = bytes; rest.hasRemaining(); ) {
                ByteBuffer piece = rest.slice(rest.position(), Math.min(PIECE_BYTES, rest.remaining()));
                rest.position(rest.position() + piece.remaining());
                files.write(channel, temporary, piece);
            }
            files.force(channel, temporary);
        }
        files.rename(temporary, file);
        files.forceDirectory(directory);
        FilePart part = openIfFits(file, onDamage);
        if (part == null) {
            throw new IOException(file + " is not what was written");
        }
        return part;
    }

    /** Removes a file; whoever still reads its mapping may go on. */
    void delete(Path file) {
        if (writable) {
            try {
                files.delete(file);
            } catch (IOException e) {
                LOG.warn("shard {}: {} cannot be removed: {}", blocks.shard(), file, e.toString());
            }
        }
    }
}
