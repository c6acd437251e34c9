package io.evident.storage.retention;

import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.archive.ArchiveWriter;
import io.evident.storage.file.FileOperations;
import io.evident.storage.index.ShardIndexes;
import io.evident.storage.removed.RemovedEvents;
import io.evident.storage.segment.ChronicleBlockFile;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the bytes of a segment, or writes it anew without some. In this order, so that a stop at any moment leaves one state or
 * the other: what is removed is written down, telling both states; then the bytes go; then the index; then it is written down
 * that it is done. For one thread.
 */
final class SegmentRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentRemoval.class);

    private final FileOperations files;
    private final ArchiveWriter.Pace pace;
    private final ShardIndexes indexes;
    private final LongSupplier spareBytes;

    SegmentRemoval(FileOperations files, ArchiveWriter.Pace pace, ShardIndexes indexes, LongSupplier spareBytes) {
        this.files = files;
        this.pace = pace;
        this.indexes = indexes;
        this.spareBytes = spareBytes;
    }

    /** Says that nothing is under way: what is removed is what is not there. */
    void settle(SealedSegment segment, RemovedEvents removed) throws IOException {
        renewIndex(segment);
        write(segment, removed.settled());
    }

    private void write(SealedSegment segment, RemovedEvents removed) throws IOException {
        SegmentName name = segment.reader().name();
        removed.write(files, segment.directory(), segment.shard().shard(), name.incarnation(), name.number());
    }

    private void renewIndex(SealedSegment segment) throws IOException {
        if (indexes != null) {
            indexes.renew(segment.shard().shard(), segment.firstBlock(), segment.endBlock());
        } else {
            // Of an earlier run, with indexes: a later one would believe them.
            ShardIndexes.deleteFiles(files, segment.directory());
        }
    }

    /** Takes all. */
    void free(SealedSegment segment, RemovedEvents removed) throws IOException {
        SegmentReader reader = segment.reader();
        write(segment, removed);
        // From here on whoever reads it finds nothing, rather than a file that is going.
        reader.setFreed(true);
        IOException failure = null;
        try {
            deleteAll(segment);
        } catch (IOException e) {
            if (reader.exists()) {
                reader.setFreed(false);
                throw e;
            }
            failure = e;
        }
        segment.shard().setFreed(segment.firstBlock(), segment.endBlock());
        reader.letGo();
        renewIndex(segment);
        if (failure != null) {
            throw failure;
        }
        LOG.info("{} is freed: its {} blocks are not kept any more", segment.directory(), segment.blocks());
    }

    private void deleteAll(SealedSegment segment) throws IOException {
        Path directory = segment.directory();
        SegmentReader reader = segment.reader();
        new TenantsFile(files, directory, segment.shard().shard(), reader.name()).delete();
        files.delete(directory.resolve(SegmentReader.NEW_ARCHIVE_NAME));
        if (files.exists(reader.archive()) && files.exists(reader.file())) {
            // The file counts as long as it is there; an archive beside it may be older, or newer.
            files.delete(reader.archive());
            files.forceDirectory(directory);
        }
        files.delete(reader.archive());
        files.delete(reader.file());
        files.delete(directory.resolve(ChronicleBlockFile.METADATA_NAME));
        files.forceDirectory(directory);
    }

    /** Takes some; returns the bytes on the disk of what is left. */
    long reduce(SealedSegment segment, RemovalPlan plan, ShardHorizon horizon) throws IOException {
        long sizeBytes = segment.bytesOnDisk();
        if (spareBytes.getAsLong() <= sizeBytes) {
            throw new IOException("there is no room to write " + segment.directory() + " anew");
        }
        Path unfinished = segment.directory().resolve(SegmentReader.NEW_ARCHIVE_NAME);
        long bytes;
        SegmentContents kept;
        try (ReducedSource source = new ReducedSource(segment, horizon, plan)) {
            bytes = new ArchiveWriter(files, source, unfinished, pace).write();
            kept = source.kept();
            write(segment, plan.removed());
        } catch (IOException | RuntimeException e) {
            tidy(unfinished, e);
            throw e;
        }
        replace(segment, unfinished);
        settle(segment, plan.removed());
        TenantsFile file = new TenantsFile(
                files,
                segment.directory(),
                segment.shard().shard(),
                segment.reader().name());
        SegmentLook.keep(file, kept, plan.removed().events(), segment);
        LOG.info("{} is reduced: {} bytes in the place of {}", segment.directory(), bytes, sizeBytes);
        return bytes;
    }

    private void replace(SealedSegment segment, Path unfinished) throws IOException {
        SegmentReader reader = segment.reader();
        try {
            files.rename(unfinished, reader.archive());
            files.forceDirectory(segment.directory());
            files.delete(reader.file());
            files.forceDirectory(segment.directory());
        } finally {
            reader.letGo();
        }
    }

    private void tidy(Path unfinished, Exception reason) {
        try {
            files.delete(unfinished);
        } catch (IOException again) {
            reason.addSuppressed(again);
        }
    }
}
