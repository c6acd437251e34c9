package io.evident.storage;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.file.FileOperations;
import io.evident.storage.recovery.RecoveryReport;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.segment.SegmentReader;
import io.evident.storage.segment.SegmentWalker;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Follows the files of one shard from outside, without a server or beside one: every whole block once, in order, across
 * segments and incarnations, as it appears. Only reads. Bound to one thread.
 *
 * <p>Usage: {@code while (follower.poll(reader)) while (reader.next()) use(reader.event())}, then wait a little and poll
 * again.
 */
public final class JournalFollower implements AutoCloseable {
    private final FileOperations files;
    private final Path segmentsDirectory;
    private final int shard;
    private List<Damage> damage = new ArrayList<>();
    private SegmentReader segment;
    private SegmentWalker walker;
    private int segmentsSeen;

    JournalFollower(FileOperations files, Path segmentsDirectory, int shard) {
        this.files = files;
        this.segmentsDirectory = segmentsDirectory;
        this.shard = shard;
    }

    /** The shard, from 0. */
    public int shard() {
        return shard;
    }

    /**
     * Takes the next block.
     *
     * @param into receives its events
     * @return false when there is none at present
     */
    public boolean poll(BlockReader into) throws IOException {
        if (!advance()) {
            return false;
        }
        BlockInfo info = walker.info(segmentsSeen - 1);
        byte[] buffer = into.buffer(info.lengthBytes());
        System.arraycopy(walker.bytes(), walker.blockOffset(), buffer, 0, info.lengthBytes());
        into.begin(info);
        return true;
    }

    /** Passes by everything that is there now, so that {@link #poll} begins with what comes. */
    public void skipToEnd() throws IOException {
        SegmentName last = segmentBehind(null, true);
        if (last != null && (segment == null || segment.name().compareTo(last) < 0)) {
            enter(last);
        }
        boolean more = true;
        while (more) {
            more = advance();
        }
    }

    /** What was found wrong since the last call. */
    public List<Damage> takeDamage() {
        List<Damage> taken = damage;
        damage = new ArrayList<>();
        return taken;
    }

    private boolean advance() throws IOException {
        if (segment == null && !enter(segmentBehind(null, false))) {
            return false;
        }
        while (true) {
            if (step(false)) {
                return true;
            }
            // Listed after the end was seen. A later segment is begun only when this one is done, but that may have
            // been written in between: so go to its end once more.
            SegmentName next = segmentBehind(segment.name(), false);
            if (next == null) {
                return false;
            }
            if (step(true)) {
                return true;
            }
            enter(next);
        }
    }

    /** Goes on within the segment; false at its end. */
    private boolean step(boolean finished) throws IOException {
        if (!segment.exists()) {
            return false;
        }
        try {
            return walkOn(finished);
        } catch (NoSuchFileException e) {
            if (segment.exists()) {
                throw e;
            }
            // All of it was removed just now.
            return false;
        }
    }

    private boolean walkOn(boolean finished) throws IOException {
        while (true) {
            switch (walker.next(finished)) {
                case BLOCK -> {
                    return true;
                }
                case END -> {
                    return false;
                }
                case DAMAGE -> note(walker.damage());
            }
        }
    }

    private void note(Damage found) {
        if (damage.size() < RecoveryReport.MAX_LISTED) {
            damage.add(found);
        }
    }

    private boolean enter(SegmentName name) throws IOException {
        if (name == null) {
            return false;
        }
        close();
        segment = new SegmentReader(files, segmentsDirectory.resolve(name.toString()), name);
        walker = walker == null ? new SegmentWalker(segment, shard) : new SegmentWalker(segment, shard, walker);
        segmentsSeen++;
        return true;
    }

    /** The first or last segment behind one, or of all; {@code null} when there is none. */
    private SegmentName segmentBehind(SegmentName name, boolean last) throws IOException {
        if (!files.exists(segmentsDirectory)) {
            return null;
        }
        List<SegmentName> names = SegmentName.list(files, segmentsDirectory);
        if (name != null) {
            names.removeIf(other -> other.compareTo(name) <= 0);
        }
        return names.isEmpty() ? null : names.get(last ? names.size() - 1 : 0);
    }

    @Override
    public void close() throws IOException {
        if (segment != null) {
            segment.close();
        }
    }
}
