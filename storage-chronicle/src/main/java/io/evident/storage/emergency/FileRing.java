package io.evident.storage.emergency;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.segment.EnvelopeLayout;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a shard's emergency journal, the same in every copy: which is being written, and which are free for what
 * comes. A file is free when all positions in it are folded. Used by one thread, but for {@link #discardThrough}.
 */
final class FileRing {
    private static final Logger LOG = LoggerFactory.getLogger(FileRing.class);
    private static final long NEVER_FREE = Long.MAX_VALUE;
    private static final int AHEAD = 2;
    /** Writing a whole file takes longer than writing a block. */
    private static final int PREPARE_FACTOR = 20;

    private final CopyGroup group;
    private final EmergencySettings settings;
    private final int shard;
    private final JournalId id;
    private final long[] lastPosition = new long[FileFormat.MAX_FILES];
    private volatile long discardedThrough;
    private int current = -1;
    private long at;
    private boolean noRoomTold;

    FileRing(CopyGroup group, EmergencySettings settings, int shard, JournalId id, long foldedThrough) {
        this.group = group;
        this.settings = settings;
        this.shard = shard;
        this.id = id;
        this.discardedThrough = foldedThrough;
    }

    CopyGroup group() {
        return group;
    }

    /** There is something in a file that may not be written over before this position is folded. */
    void occupy(int file, long throughPosition) {
        lastPosition[file] = Math.max(lastPosition[file], throughPosition);
    }

    /** A file that could not be put aside is never written over. */
    void block(int file) {
        lastPosition[file] = NEVER_FREE;
    }

    /** It was put aside after all. */
    void unblock(int file) {
        lastPosition[file] = 0;
    }

    /** Says anew what is in the files; the one being written stays as it is. */
    void forgetOccupied() {
        for (int file = 0; file < lastPosition.length; file++) {
            if (file != current && lastPosition[file] != NEVER_FREE) {
                lastPosition[file] = 0;
            }
        }
    }

    void discardThrough(long position) {
        discardedThrough = position;
    }

    /** The share of the files that cannot be written over now; a moment's estimate for any thread. */
    double fullness() {
        int taken = 0;
        for (int file = 0; file < settings.files(); file++) {
            taken += isFree(file) ? 0 : 1;
        }
        return (double) taken / settings.files();
    }

    /** Gets the files ready that come first; what fails is tried again when it is needed. */
    void prepareAhead() {
        int ahead = 0;
        for (int file = 0; file < settings.files() && ahead < AHEAD && group.workingCount() > 0; file++) {
            if (isFree(file) && file != current) {
                int next = file;
                group.tryOnEach(copy -> prepare(copy, next)).forEach(this::tellNoRoom);
                ahead++;
            }
        }
    }

    private void prepare(Copy copy, int file) throws IOException {
        copy.prepare(file, settings.fileBytes(), shard, id);
    }

    /** Makes a file that holds blocks ready in one copy, as long as it is. */
    void open(Copy copy, int file) throws IOException {
        copy.prepare(file, 0, shard, id);
    }

    private boolean isFree(int file) {
        return lastPosition[file] <= discardedThrough;
    }

    /**
     * Writes a block with its envelope to every working copy, and forces it.
     *
     * @return where it stands; {@code null} when there is no room and nothing was written
     * @throws IOException when no copy took it: none works any more
     */
    BlockInfo write(byte[] block, int length) throws IOException {
        group.giveUpHung();
        if (group.workingCount() == 0) {
            throw new IOException("shard " + shard + ": no copy of the emergency journal works");
        }
        int recordBytes = FileFormat.recordBytes(length);
        if ((current < 0 || at + recordBytes > settings.fileBytes()) && !beginNextFile()) {
            return null;
        }
        for (Copy copy : group.copies()) {
            if (copy.working()) {
                copy.stage(block, length);
            }
        }
        int file = current;
        long position = at;
        int asked = group.workingCount();
        List<IOException> failures = group.onEach(copy -> copy.write(file, position), settings.copyPatience());
        if (failures.size() == asked) {
            group.working().forEach(copy -> group.giveUp(copy, failures.get(0)));
            throw failed("no copy of the emergency journal took the block", failures);
        }
        BlockInfo info = EnvelopeLayout.info(block, 0, file, position + FileFormat.WORD_BYTES);
        at += recordBytes - FileFormat.WORD_BYTES;
        occupy(file, info.lastSequence());
        return info;
    }

    private IOException failed(String what, List<IOException> failures) {
        IOException failure = new IOException("shard " + shard + ": " + what, failures.get(0));
        failures.stream().skip(1).forEach(failure::addSuppressed);
        return failure;
    }

    /** Goes on in a free file; false when there is none, or when no copy has the space for it. */
    private boolean beginNextFile() {
        int file = freeFile();
        if (file < 0) {
            return false;
        }
        if (!isReadyEverywhere(file)) {
            int asked = group.workingCount();
            Duration patience = settings.copyPatience().multipliedBy(PREPARE_FACTOR);
            List<IOException> failures = group.onEach(copy -> prepare(copy, file), patience);
            if (failures.size() == asked) {
                // Not a failure of the journal: what is kept stays, and what is folded makes room.
                tellNoRoom(failures.get(0));
                return false;
            }
            noRoomTold = false;
        }
        current = file;
        at = FileFormat.HEADER_BYTES;
        return true;
    }

    private void tellNoRoom(IOException reason) {
        if (!noRoomTold) {
            noRoomTold = true;
            LOG.warn("shard {}: there is no room for another emergency file: {}", shard, reason.toString());
        }
    }

    /** A file to go on in, one that is ready before one that is not; -1 when there is none. */
    private int freeFile() {
        int found = -1;
        for (int file = 0; file < settings.files(); file++) {
            if (isFree(file)) {
                if (isReadyEverywhere(file)) {
                    return file;
                }
                found = found < 0 ? file : found;
            }
        }
        return found;
    }

    private boolean isReadyEverywhere(int file) {
        return group.working().stream().allMatch(copy -> copy.isReady(file, settings.fileBytes()));
    }
}
