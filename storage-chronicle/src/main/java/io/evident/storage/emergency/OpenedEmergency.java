package io.evident.storage.emergency;

import io.evident.pipeline.journal.EmergencyJournal;
import io.evident.pipeline.journal.EmergencySource;
import io.evident.storage.file.Directories;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The emergency journal of one shard, open for writing and reading.
 *
 * @param journal for the shard's emergency thread and committer
 * @param blocks for the writer that folds, and for everyone who reads
 * @param report what was found when it was opened
 */
public record OpenedEmergency(EmergencyJournal journal, EmergencySource blocks, EmergencyReport report)
        implements AutoCloseable {
    /**
     * Where a copy lies.
     *
     * @param label what reports call it
     * @param directory where its files are; created when it is missing
     * @param problem why it cannot be used, or {@code null}
     */
    public record Place(String label, Path directory, String problem) {}

    /**
     * What is known of the shard.
     *
     * @param incarnation the one that begins
     * @param foldedThrough how far its journal says it is folded
     * @param isForced whether that is forced: if not, what is said to be folded keeps its room
     * @param isFirst whether the shard surely never had an emergency journal, so that one may be begun whatever cannot be
     *     looked at
     */
    public record ShardState(int incarnation, long foldedThrough, boolean isForced, boolean isFirst) {
        long discardableThrough() {
            return isForced ? foldedThrough : 0;
        }
    }

    /**
     * Opens the emergency journal of a shard. This always succeeds: a copy that cannot be used is reported, and when none
     * can, the journal takes nothing.
     *
     * @param places where the copies are, the first one first
     */
    public static OpenedEmergency open(
            FileOperations files, EmergencySettings settings, List<Place> places, int shard, ShardState state) {
        List<Damage> unusable = new ArrayList<>();
        List<CopyScan> scans = new ArrayList<>();
        for (Place place : places) {
            CopyScan scan = scan(files, place, shard, state.foldedThrough(), unusable);
            if (scan != null) {
                scans.add(scan);
            }
        }
        JournalId known = CopyScan.idOf(scans);
        JournalId id = known == null ? JournalId.random() : known;
        scans.forEach(scan -> scan.scan(id));

        List<Copy> copies = scans.stream().map(CopyScan::copy).toList();
        CopyGroup group = new CopyGroup(shard, copies, settings.copyPatience());
        FileRing ring = new FileRing(group, settings, shard, id, state.discardableThrough());
        boolean unreadable = !unusable.isEmpty() || scans.stream().anyMatch(CopyScan::isUnreadable);
        // Nothing tells whose files they are that cannot be read: those of another journal must not come beside them.
        boolean held = unreadable && known == null && !state.isFirst();
        EmergencyRecovery recovery = new EmergencyRecovery(shard, state, scans, ring, unreadable, held);
        unusable.forEach(recovery::report);
        scans.stream()
                .filter(CopyScan::isUnreadable)
                .forEach(scan -> scan.copy().drop());
        recovery.run();

        KeptBlocks kept = new KeptBlocks(shard, group);
        recovery.kept().forEach(kept::add);
        EmergencyJournal journal =
                new FileEmergencyJournal(shard, state.incarnation(), ring, kept, recovery.highestPosition() + 1);
        return new OpenedEmergency(journal, kept, report(shard, places.size(), group, recovery));
    }

    /** That of a shard that takes no events, and has nothing that is not folded in. */
    public static OpenedEmergency none(int shard) {
        NoEmergency none = new NoEmergency(shard);
        return new OpenedEmergency(none, none, new EmergencyReport(shard, 0, 0, 0, 0, 0, 0, 0, 0, List.of()));
    }

    private static CopyScan scan(
            FileOperations files, Place place, int shard, long foldedThrough, List<Damage> unusable) {
        try {
            if (place.problem() != null) {
                throw new IOException(place.problem());
            }
            Directories.createWithParents(files, place.directory());
            CopyScan scan = new CopyScan(new Copy(files, place.directory(), place.label()), shard, foldedThrough);
            scan.list();
            return scan;
        } catch (IOException e) {
            unusable.add(new Damage(
                    DamageKind.UNREADABLE,
                    place.label(),
                    0,
                    0,
                    "this copy of the emergency journal cannot be used, and what only it holds is missing: "
                            + e.getMessage()));
            return null;
        }
    }

    private static EmergencyReport report(int shard, int copies, CopyGroup group, EmergencyRecovery recovery) {
        return new EmergencyReport(
                shard,
                copies,
                group.workingCount(),
                recovery.kept().size(),
                recovery.kept().stream().mapToLong(block -> block.count()).sum(),
                recovery.copiedBlocks(),
                recovery.blocksNotInEveryCopy(),
                recovery.damageCount(),
                recovery.seriousCount(),
                recovery.damage());
    }

    /**
     * The volume that holds a directory has failed: what can be read in no copy is told as {@link
     * io.evident.pipeline.journal.FailedVolumeException} from now on, if there is a copy below it. Any thread.
     *
     * @param hangs whether such a copy is not to be touched any more
     */
    public void failVolume(Path directory, String reason, boolean hangs) {
        ((KeptBlocks) blocks).failVolume(directory, reason, hangs);
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
