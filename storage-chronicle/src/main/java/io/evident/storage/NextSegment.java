package io.evident.storage;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.journal.NotWrittenException;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.ChronicleBlockFile;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.space.DiskFault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a shard's next segment can be begun, and what it is called. A try that failed for a reason that passes (no room, no
 * inode, no file descriptor) is made again after a second, under a new number. The writer's thread only.
 */
final class NextSegment {
    private static final Logger LOG = LoggerFactory.getLogger(NextSegment.class);
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);
    /** What the beginning of a segment takes. */
    private static final long NEEDED_BYTES = 1 << 20;
    /** The files that a segment opens, and some more for whoever else needs one just now. */
    private static final int NEEDED_FILES = 8;

    private final FileOperations files;
    private final Path segmentsDirectory;
    private final int shard;
    private final int incarnation;
    private int lastNumber;
    private SegmentName begun;
    private IOException failure;
    private long retryNs;

    NextSegment(FileOperations files, Path segmentsDirectory, int shard, SegmentName first) {
        this.files = files;
        this.segmentsDirectory = segmentsDirectory;
        this.shard = shard;
        this.incarnation = first.incarnation();
        this.lastNumber = first.number();
        this.begun = first;
    }

    /** Whether to try now. */
    boolean isDue(long nowNs) {
        return failure == null || nowNs - retryNs >= 0;
    }

    /** Throws when it could not be begun anyway: before its directory is there, which cannot be taken back. */
    void check() throws IOException {
        if (files.freeBytes(segmentsDirectory) < NEEDED_BYTES) {
            throw new FileSystemException(segmentsDirectory.toString(), null, "No space left on device");
        }
        Path existing = segmentsDirectory.resolve(begun.toString()).resolve(ChronicleBlockFile.FILE_NAME);
        List<FileChannel> opened = new ArrayList<>();
        try {
            for (int i = 0; i < NEEDED_FILES; i++) {
                opened.add(files.open(existing, StandardOpenOption.READ));
            }
        } finally {
            for (FileChannel channel : opened) {
                channel.close();
            }
        }
    }

    /** A name that was not used yet. */
    SegmentName name() {
        return new SegmentName(incarnation, ++lastNumber);
    }

    /** The segment of the last name was begun. */
    void begun() {
        begun = new SegmentName(incarnation, lastNumber);
        if (failure != null) {
            LOG.info("shard {}: segment {} is begun at last", shard, begun);
            failure = null;
        }
    }

    /**
     * The try failed; it is made again later.
     *
     * @throws IOException the failure, when it is of a kind that does not pass
     */
    void failed(IOException e, long nowNs, boolean finished) throws IOException {
        if (!DiskFault.of(e).isPassing()) {
            throw e;
        }
        if (failure == null) {
            String meanwhile = finished ? "events are refused" : "segment " + begun + " grows on";
            LOG.warn("shard {}: no new segment can be begun; {} until it can: {}", shard, meanwhile, e.toString());
        }
        failure = e;
        retryNs = nowNs + RETRY_NS;
    }

    /** What the senders are told while there is no segment to write to. */
    NotWrittenException notWritten() {
        String detail = "no new segment can be begun for shard " + shard;
        Refusal refusal = DiskFault.of(failure) == DiskFault.FULL
                ? Refusal.of(RefusalReason.DISK_FULL, detail + ", as the disk is full; free some of it")
                : Refusal.of(
                        RefusalReason.UNAVAILABLE, detail + ", as the server has too many open files; raise its limit");
        return new NotWrittenException(refusal, failure);
    }

    /** Removes what a failed beginning left; without an own file it is no damage either. */
    void tidy(Path directory, IOException reason) {
        for (String name : List.of(
                ChronicleBlockFile.FILE_NAME, ChronicleBlockFile.PREPARED_NAME, ChronicleBlockFile.METADATA_NAME, "")) {
            try {
                files.delete(directory.resolve(name));
            } catch (IOException e) {
                reason.addSuppressed(e);
            }
        }
    }
}
