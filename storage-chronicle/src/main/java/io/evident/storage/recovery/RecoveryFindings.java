package io.evident.storage.recovery;

import io.evident.pipeline.journal.UnreadablePart;
import io.evident.storage.blocks.SegmentSeal;
import io.evident.storage.file.FileOperations;
import io.evident.storage.recovery.SegmentPlaces.Place;
import io.evident.storage.removed.RemovedEvents;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What recovery finds in one shard, as it goes. Used by one thread. */
final class RecoveryFindings {
    private final int shard;
    private final List<Damage> damage = new ArrayList<>();
    private final List<UnreadablePart> unreadable = new ArrayList<>();
    private int damageCount;
    private int seriousCount;
    private int supersededBlocks;
    private boolean onStandby;

    RecoveryFindings(int shard) {
        this.shard = shard;
    }

    /** On which volume it is what is found from now on; returns on which it was before. */
    boolean lookAt(boolean standby) {
        boolean before = onStandby;
        onStandby = standby;
        return before;
    }

    void report(Damage found) {
        damageCount++;
        seriousCount += found.isSerious() ? 1 : 0;
        if (damage.size() < RecoveryReport.MAX_LISTED) {
            damage.add(onStandby ? found.onStandby() : found);
        }
    }

    /** The seal of a segment, or {@code null} when there is none that can be used; then the segment is read. */
    SegmentSeal sealOf(FileOperations files, Place place) throws IOException {
        try {
            SegmentSeal seal = SegmentSeal.read(files, place.directory(), shard, place.name());
            if (seal == null && SegmentSeal.exists(files, place.directory())) {
                seal(place.name(), "it is damaged, or another segment's, or of a later version");
            }
            return seal;
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            seal(place.name(), "it cannot be read: " + e);
            return null;
        }
    }

    void seal(SegmentName name, String why) {
        report(new Damage(
                DamageKind.SEAL, name.toString(), 0, 0, "the seal is not used, the segment is read instead: " + why));
    }

    /** Of a block of a segment events were removed, and nothing says of whom. */
    void removedUnknown(SegmentName name, long position) {
        report(new Damage(
                DamageKind.REMOVED,
                name.toString(),
                position,
                0,
                "what was removed of it is not known: " + RemovedEvents.FILE_NAME
                        + " is damaged, missing or does not fit the segment"));
    }

    /** A segment's file, or a whole directory, could not be read. */
    void unreadable(String name, IOException why) {
        report(new Damage(DamageKind.UNREADABLE, name, 0, 0, why.toString()));
    }

    void truncated(SegmentName name, int sealedBlocks, int foundBlocks) {
        report(new Damage(
                DamageKind.TRUNCATED,
                name.toString(),
                0,
                0,
                "sealed with " + sealedBlocks + " blocks, of which " + foundBlocks + " are found"));
    }

    void unknownFile(String fileName) {
        report(new Damage(DamageKind.UNKNOWN_FILE, fileName, 0, 0, "this is no segment; it is left alone"));
    }

    /** Without its file, a segment is one that was begun and not written to; or one whose file is gone or hidden. */
    void leftovers(FileOperations files, SegmentReader reader) throws IOException {
        List<Path> entries;
        try {
            entries = files.list(reader.file().getParent());
        } catch (NotDirectoryException e) {
            unknownFile(reader.name().toString());
            return;
        }
        if (entries.contains(reader.file())) {
            throw new AccessDeniedException(reader.file().toString());
        }
        if (!entries.isEmpty()) {
            report(
                    new Damage(
                            DamageKind.UNFINISHED,
                            reader.name().toString(),
                            0,
                            0,
                            "there is no journal file: the process stopped as it began the segment, or the file was taken away"));
        }
    }

    /** A block is on both volumes, and served from one. */
    void superseded() {
        supersededBlocks++;
    }

    /** Sequences are missing in front of what the standby volume holds, and the shard's own volume is not all there. */
    void away(long fromSequence, long toSequence, String ownAway) {
        unreadable.add(new UnreadablePart(
                shard,
                fromSequence,
                toSequence,
                "they are not on the standby volume, and " + ownAway
                        + "; they can be read again when the shard's own volume is back and the server was started"
                        + " again"));
    }

    List<UnreadablePart> unreadable() {
        return unreadable;
    }

    /** How much was found that a crash alone does not explain. */
    int seriousCount() {
        return seriousCount;
    }

    RecoveryReport about(int segments, int sealedSegments, TakenBlocks taken, long startNs) {
        return new RecoveryReport(
                shard,
                segments,
                sealedSegments,
                taken.blocks().blockCount(),
                taken.events(),
                taken.nextSequence() - 1,
                damageCount,
                seriousCount,
                damage,
                supersededBlocks,
                Duration.ofNanos(System.nanoTime() - startNs));
    }
}
