package io.evident.storage.space;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.journal.NotWrittenException;
import io.evident.storage.file.Closing;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.BlockFile;
import io.evident.storage.segment.ChronicleBlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A segment's file whose room is taken on the disk before a block is written there: by zeros, strictly ahead of everything
 * that the writer has written. A full disk is then an exception of such a write, while nothing of the block is written yet
 * and its senders can be told so.
 *
 * <p>The writer makes room and appends; the reservation's thread keeps some distance ahead of it.
 */
final class AheadFile implements BlockFile {
    static final int PIECE_BYTES = 256 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(AheadFile.class);
    /** The word before a block, and what puts it at a multiple of four. */
    private static final int SLACK_BYTES = 2 * Integer.BYTES;
    /** Chronicle's header and index pages, and the first block always fit. */
    private static final int FIRST_BYTES = 2 * PIECE_BYTES;
    /** Chronicle's header ends before this. */
    private static final int LEAST_KEPT_BYTES = 4 << 10;

    private static final int METADATA_BYTES = 64 << 10;
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(PIECE_BYTES).asReadOnlyBuffer();

    private final DiskSpace space;
    private final FileOperations files;
    private final Path path;
    private final FileChannel channel;
    private final BlockFile file;
    private final int aheadBytes;
    private boolean closed;
    private long nextTryNs;
    private boolean failureTold;
    /** Whether an append failed, so that nobody knows what the file holds. */
    private boolean inDoubt;
    /** Up to here the file is on the disk; grows under the lock. */
    private volatile long reserved;
    /** Where the last block ends; the writer's. */
    private volatile long end;

    private AheadFile(DiskSpace space, Path path, FileChannel channel, BlockFile file) {
        this.space = space;
        this.files = space.files();
        this.path = path;
        this.channel = channel;
        this.file = file;
        this.aheadBytes = space.settings().aheadBytes();
        this.reserved = FIRST_BYTES;
        this.nextTryNs = space.nowNs();
    }

    /** Takes the room of the files' beginning, and lets Chronicle begin them then. */
    static AheadFile open(DiskSpace space, BlockFile.Opener opener, Path segmentDirectory, long segmentBytes)
            throws IOException {
        FileOperations files = space.files();
        Path path = segmentDirectory.resolve(ChronicleBlockFile.FILE_NAME);
        Path metadata = segmentDirectory.resolve(ChronicleBlockFile.METADATA_NAME);
        try (FileChannel toMetadata = create(files, metadata)) {
            zeros(files, toMetadata, metadata, 0, METADATA_BYTES);
        }
        Path prepared = segmentDirectory.resolve(ChronicleBlockFile.PREPARED_NAME);
        FileChannel channel = create(files, prepared);
        try {
            for (int at = 0; at < FIRST_BYTES; at += PIECE_BYTES) {
                zeros(files, channel, prepared, at, PIECE_BYTES);
            }
            BlockFile file = opener.open(segmentDirectory, segmentBytes);
            if (files.exists(prepared)) {
                file.close();
                throw new IOException("Chronicle did not take " + prepared);
            }
            return new AheadFile(space, path, channel, file);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static FileChannel create(FileOperations files, Path path) throws IOException {
        return files.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static void zeros(FileOperations files, FileChannel channel, Path path, long at, int length)
            throws IOException {
        channel.position(at);
        files.write(channel, path, ZEROS.duplicate().limit(length));
    }

    @Override
    public void makeRoom(int lengthBytes, Lane lane) throws IOException {
        long needed = end + SLACK_BYTES + lengthBytes;
        if (needed > reserved) {
            reserveNow(needed, lane);
        }
        if (reserved - needed < distance() / 2) {
            space.wakeAhead();
        }
    }

    private void reserveNow(long needed, Lane lane) throws IOException {
        while (reserved < needed) {
            try {
                reservePiece();
            } catch (IOException e) {
                if (!space.isFull(e)) {
                    throw broken(e);
                }
                boolean helped = lane == Lane.CRITICAL && space.giveReserve();
                if (!helped) {
                    throw noRoom(lane, e);
                }
            }
        }
        space.noteTaken();
    }

    private NotWrittenException noRoom(Lane lane, IOException cause) {
        space.noteRefused(lane);
        Refusal refusal = space.refusal(lane);
        // There may be room again by now.
        return new NotWrittenException(
                refusal != null ? refusal : Refusal.of(RefusalReason.DISK_FULL, "the disk was full; try again"), cause);
    }

    private static NotWrittenException broken(IOException cause) {
        return NotWrittenException.ending(
                Refusal.of(
                        RefusalReason.UNAVAILABLE,
                        "the disk of the event's shard fails; nothing of the event was written"),
                cause);
    }

    private synchronized void reservePiece() throws IOException {
        long from = reserved;
        zeros(files, channel, path, from, PIECE_BYTES);
        reserved = from + PIECE_BYTES;
    }

    /** The more a segment has, the farther ahead: a shard that hardly writes hardly takes room. */
    private long distance() {
        return Math.max(PIECE_BYTES, Math.min(end, aheadBytes));
    }

    /** Reserves the next piece if the distance is too small; returns how many were. The reservation's thread. */
    synchronized int reserveAhead() {
        if (closed || reserved - end >= distance() + SLACK_BYTES || space.nowNs() - nextTryNs < 0) {
            return 0;
        }
        try {
            reservePiece();
            failureTold = false;
            space.noteTaken();
            return 1;
        } catch (IOException e) {
            nextTryNs = space.nowNs() + DiskSpace.CHECK_INTERVAL_NS;
            tell(e);
            return 0;
        }
    }

    /** The writer finds out for itself, when it needs the room. */
    private void tell(IOException failure) {
        if (DiskFault.of(failure) == DiskFault.FULL) {
            space.noteRefused(Lane.STANDARD);
        } else if (!failureTold) {
            failureTold = true;
            LOG.warn("no space could be reserved ahead in {}", path, failure);
        }
    }

    @Override
    public long append(byte[] bytes, int length) throws IOException {
        try {
            long position = file.append(bytes, length);
            end = position + length;
            return position;
        } catch (Throwable e) {
            inDoubt = true;
            throw e;
        }
    }

    /** Closes, and gives back what was reserved and not used; a file that is in doubt stays as it is. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
        }
        space.forget(this);
        List<AutoCloseable> steps = List.of(file::close, this::trim, channel);
        Closing.all(steps);
    }

    private void trim() throws IOException {
        if (!inDoubt) {
            files.truncate(channel, path, Math.max(end, LEAST_KEPT_BYTES));
        }
    }
}
