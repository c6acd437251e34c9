package io.evident.storage;

import io.evident.storage.archive.ArchiveSettings;
import io.evident.storage.archive.ArchiveWriter;
import io.evident.storage.blocks.SegmentSeal;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.file.FileOperations;
import io.evident.storage.retention.SegmentWork;
import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sealed segments small, one after the other, on a thread of its own: the archive is written, forced, read back and
 * compared before it gets its name, and the segment's file goes only when that name is on the disk. So a stop at any moment
 * leaves the file, or the archive, or both; where both are, the file counts, and the archive is made anew.
 *
 * <p>{@link #runOnce} may be called by a test instead of {@link #start}.
 */
public final class SegmentArchiver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentArchiver.class);
    private static final long LOOK_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int BYTES_PER_PAUSE = 256 << 10;

    private final FileOperations files;
    private final ArchiveSettings settings;
    private final Path directory;
    private final Supplier<List<ShardBlocks>> shards;
    private final LongSupplier clockNs;
    private final LongSupplier spareBytes;
    private final SegmentWork segmentWork;
    private final Map<SegmentReader, Long> foundNs = new HashMap<>();
    private final Set<SegmentReader> done = new HashSet<>();
    private final LongAdder plainBytes = new LongAdder();
    private final LongAdder archivedBytes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Thread thread;
    private long unpaused;
    private volatile boolean closed;

    /**
     * @param directory the data directory: segments on other volumes are left as they are
     * @param shards those that are open now
     * @param clockNs a clock that never steps back
     * @param spareBytes how many bytes of the volume may be used
     * @param segmentWork begun by whoever replaces the files of a segment
     */
    SegmentArchiver(
            FileOperations files,
            ArchiveSettings settings,
            Path directory,
            Supplier<List<ShardBlocks>> shards,
            LongSupplier clockNs,
            LongSupplier spareBytes,
            SegmentWork segmentWork) {
        this.files = files;
        this.settings = settings;
        this.directory = directory;
        this.shards = shards;
        this.clockNs = clockNs;
        this.spareBytes = spareBytes;
        this.segmentWork = segmentWork;
        this.thread = new Thread(this::run, "segment-archive");
        thread.setDaemon(true);
    }

    /** Begins the thread; at most once. */
    public void start() {
        if (settings.isOn()) {
            thread.start();
        }
    }

    /** Bytes of the segments that were archived since the start, or were found archived. */
    public long plainBytes() {
        return plainBytes.sum();
    }

    /** Bytes of their archives. */
    public long archivedBytes() {
        return archivedBytes.sum();
    }

    /** Tries that failed since the start. */
    public long failures() {
        return failures.sum();
    }

    private void run() {
        while (!closed) {
            runOnce();
            LockSupport.parkNanos(this, LOOK_INTERVAL_NS);
        }
    }

    /** Archives what is due. */
    void runOnce() {
        for (ShardBlocks shard : shards.get()) {
            for (SegmentReader segment : shard.segmentReaders()) {
                if (!closed && !done.contains(segment) && segment.file().startsWith(directory)) {
                    look(segment);
                }
            }
        }
    }

    private void look(SegmentReader segment) {
        if (!segmentWork.beginArchiving()) {
            // Retention is at a segment, or waits for its turn: there is another look soon.
            return;
        }
        try {
            lookAlone(segment);
        } finally {
            segmentWork.end();
        }
    }

    private void lookAlone(SegmentReader segment) {
        if (segment.isFreed()) {
            done.add(segment);
            return;
        }
        if (segment.isArchived()) {
            done.add(segment);
            count(segment);
            return;
        }
        if (!SegmentSeal.exists(files, segment.file().getParent())) {
            return;
        }
        long nowNs = clockNs.getAsLong();
        if (nowNs - foundNs.computeIfAbsent(segment, key -> nowNs)
                < settings.after().toNanos()) {
            return;
        }
        try {
            if (spareBytes.getAsLong() > segment.sizeBytes()) {
                archive(segment);
                done.add(segment);
                count(segment);
            }
        } catch (InterruptedIOException e) {
            LOG.debug("archiving ends at segment {}", segment.label(), e);
        } catch (IOException | RuntimeException e) {
            failures.increment();
            // Once is enough for one start: what fails without a change would fail each second.
            done.add(segment);
            LOG.warn("segment {} could not be archived; it stays as it is until the next start", segment.file(), e);
        }
    }

    private void archive(SegmentReader segment) throws IOException {
        Path parent = segment.file().getParent();
        Path unfinished = parent.resolve(SegmentReader.NEW_ARCHIVE_NAME);
        long sizeBytes = segment.sizeBytes();
        try (ArchiveWriter.Source file = ArchiveWriter.of(files, segment.file())) {
            long bytes = new ArchiveWriter(files, file, unfinished, this::pace).write();
            files.rename(unfinished, segment.archive());
            files.forceDirectory(parent);
            files.delete(segment.file());
            files.forceDirectory(parent);
            segment.letGo();
            LOG.info("{} is archived: {} bytes in the place of {}", parent, bytes, sizeBytes);
        } catch (IOException e) {
            try {
                files.delete(unfinished);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    private void count(SegmentReader segment) {
        try {
            plainBytes.add(segment.sizeBytes());
            archivedBytes.add(segment.archiveBytes());
            // It stays open for who reads it, and not for this.
            segment.letGo();
        } catch (IOException e) {
            LOG.warn("the archive of segment {} cannot be read", segment.label(), e);
        }
    }

    private void pace(int bytes) throws InterruptedIOException {
        if (closed) {
            throw new InterruptedIOException("the server stops");
        }
        unpaused += bytes;
        if (unpaused >= BYTES_PER_PAUSE && Thread.currentThread() == thread) {
            LockSupport.parkNanos(this, TimeUnit.SECONDS.toNanos(1) * unpaused / settings.bytesPerSecond());
            unpaused = 0;
        }
    }

    /** Ends the thread; what it was at is given up. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
