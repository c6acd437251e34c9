package io.evident.storage;

import io.evident.pipeline.journal.Journal;
import io.evident.storage.directory.BackupRoot;
import io.evident.storage.directory.DataLayout;
import io.evident.storage.directory.StandbyAwayException;
import io.evident.storage.directory.StandbyIdentity;
import io.evident.storage.directory.StandbyRoot;
import io.evident.storage.emergency.EmergencyCheck;
import io.evident.storage.emergency.EmergencyFinding;
import io.evident.storage.emergency.EmergencyReport;
import io.evident.storage.emergency.OpenedEmergency;
import io.evident.storage.emergency.OpenedEmergency.ShardState;
import io.evident.storage.file.Closing;
import io.evident.storage.file.Directories;
import io.evident.storage.file.FileOperations;
import io.evident.storage.recovery.RecoveredShard;
import io.evident.storage.recovery.RecoveryMode;
import io.evident.storage.recovery.SegmentPlaces;
import io.evident.storage.recovery.ShardRecovery;
import io.evident.storage.segment.BlockFile;
import io.evident.storage.segment.SegmentName;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a shard: on its own volume when that can be written, else on its standby volume, else for reading only; one that was
 * given up is opened without beginning anything in it. Used by the thread that starts the server, and by the one that adds
 * shards.
 */
final class ShardOpening {
    private static final Logger LOG = LoggerFactory.getLogger(ShardOpening.class);

    private final FileOperations files;
    private final JournalSettings settings;
    private final BlockFile.Opener opener;
    private final BlockFile.Opener standbyOpener;
    private final Path data;
    private final StandbyRoot standbyRoot;
    private final BackupRoot backup;

    ShardOpening(
            FileOperations files,
            JournalSettings settings,
            BlockFile.Opener opener,
            BlockFile.Opener standbyOpener,
            Path data,
            StandbyRoot standbyRoot,
            BackupRoot backup) {
        this.files = files;
        this.settings = settings;
        this.opener = opener;
        this.standbyOpener = standbyOpener;
        this.data = data;
        this.standbyRoot = standbyRoot;
        this.backup = backup;
    }

    /** The highest incarnation that a shard has begun, as far as that can be told; 0 for none. */
    int lastIncarnation(int shard) {
        int own = SegmentName.lastIncarnation(files, DataLayout.segments(data, shard));
        Path standby = standbyRoot.shard(shard);
        return standby == null
                ? own
                : Math.max(own, SegmentName.lastIncarnation(files, DataLayout.segmentsOf(standby)));
    }

    /** Opens a shard for writing, on the one volume or the other. */
    OpenedShard open(int shard, int lastIncarnation) throws IOException {
        return open(shard, lastIncarnation, false);
    }

    /** Opens a shard that no server has routed an event to yet. */
    OpenedShard openAdded(int shard, int lastIncarnation) throws IOException {
        return open(shard, lastIncarnation, lastIncarnation(shard) == 0);
    }

    private OpenedShard open(int shard, int lastIncarnation, boolean isNew) throws IOException {
        StandbyIdentity identity =
                new StandbyIdentity(files, shard, DataLayout.shard(data, shard), standbyRoot.shard(shard));
        int last = Math.max(lastIncarnation, lastIncarnation(shard));
        IOException unknown = null;
        try {
            last = identity.behind(last);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            unknown = e;
        }
        ShardStandby standby = standby(shard, identity);
        SegmentPlaces places = places(shard, standby);
        try {
            if (unknown != null) {
                // Which number is free is not known: nothing begins on the shard's own volume.
                throw unknown;
            }
            return openOwn(shard, last, places, standby, isNew);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            if (standby == null) {
                throw e;
            }
            boolean known = unknown == null && isListed(places.own());
            return openOnStandby(shard, known ? last : StandbyIdentity.behindUnknown(last), places, standby, e);
        }
    }

    private boolean isListed(Path segments) {
        try {
            SegmentName.list(files, segments);
            return true;
        } catch (IOException e) {
            // Also one that is not there: what could not be created is not mounted, or has lost it.
            return false;
        }
    }

    private SegmentPlaces places(int shard, ShardStandby standby) {
        return new SegmentPlaces(
                DataLayout.segments(data, shard), standby == null ? null : standby.segmentsDirectory());
    }

    /** The shard's standby volume, armed; {@code null} when it has none. */
    private ShardStandby standby(int shard, StandbyIdentity identity) throws IOException {
        if (!standbyRoot.isWanted()) {
            identity.requireNeverArmed();
            return null;
        }
        identity.require(standbyRoot.problem());
        return new ShardStandby(files, settings, standbyOpener, standbyRoot.path(), shard);
    }

    private OpenedShard openOwn(
            int shard, int lastIncarnation, SegmentPlaces places, ShardStandby standby, boolean isNew)
            throws IOException {
        Path segments = places.own();
        Directories.createWithParents(files, segments);
        DataDirectory.forceUpTo(files, data, segments);
        RecoveredShard recovered = new ShardRecovery(files, places, shard, RecoveryMode.OPEN).run();
        try {
            return begin(lastIncarnation, segments, recovered, standby, isNew);
        } catch (IOException | RuntimeException | Error e) {
            recovered.blocks().close();
            throw e;
        }
    }

    private OpenedShard begin(
            int lastIncarnation, Path segments, RecoveredShard recovered, ShardStandby standby, boolean isNew)
            throws IOException {
        int last = Math.max(recovered.lastIncarnation(), lastIncarnation);
        SegmentName first = DataDirectory.beginIncarnation(files, segments, last);
        ChronicleJournal journal =
                new ChronicleJournal(files, settings, opener, segments, first, recovered, standby, false);
        OpenedEmergency emergency = openEmergency(
                journal,
                new ShardState(
                        first.incarnation(), recovered.foldedThrough(), true, isNew || first.incarnation() == 1));
        if (standby != null) {
            standby.guard(journal, emergency);
        }
        return new OpenedShard(journal, recovered.blocks(), recovered.report(), emergency, standby, null);
    }

    /**
     * Opens a shard that was given up: it is recovered, forced and sealed like any other, but nothing is begun behind what is
     * found.
     *
     * @return {@code null} when it has to be opened for writing after all: there is, or may be, something of its emergency
     *     journal to fold in, or nothing is known of it
     * @throws IOException when it cannot be read, or not be forced
     */
    OpenedShard openSealed(int shard, int lastIncarnation) throws IOException {
        StandbyIdentity identity =
                new StandbyIdentity(files, shard, DataLayout.shard(data, shard), standbyRoot.shard(shard));
        int last = identity.behind(Math.max(lastIncarnation, lastIncarnation(shard)));
        ShardStandby standby = standby(shard, identity);
        SegmentPlaces places = places(shard, standby);
        if (!isListed(places.own())) {
            tellWhyNotSealed(shard, "its segments cannot be listed");
            return null;
        }
        DataDirectory.forceUpTo(files, data, places.own());
        RecoveredShard recovered = new ShardRecovery(files, places, shard, RecoveryMode.OPEN).run();
        try {
            String obstacle = obstacle(shard, recovered);
            if (obstacle == null) {
                return new OpenedShard(
                        new SealedJournal(shard, recovered, last, places, standby),
                        recovered.blocks(),
                        recovered.report(),
                        OpenedEmergency.none(shard),
                        null,
                        null);
            }
            tellWhyNotSealed(shard, obstacle);
        } catch (IOException | RuntimeException e) {
            recovered.blocks().close();
            throw e;
        }
        recovered.blocks().close();
        return null;
    }

    private static void tellWhyNotSealed(int shard, String why) {
        LOG.info("shard {} was given up, but is opened as one that is to be written: {}", shard, why);
    }

    /** Why a shard cannot be sealed, or {@code null}. */
    private String obstacle(int shard, RecoveredShard recovered) throws IOException {
        if (recovered.lastIncarnation() == 0) {
            return "it has no segment";
        }
        if (!recovered.unsettled().isEmpty()) {
            return "some of its segments could not be forced or sealed";
        }
        List<OpenedEmergency.Place> copies = emergencyPlaces(shard);
        if (!isKnown(copies) || recovered.blocks().saidFoldedThrough() > recovered.foldedThrough()) {
            return "its emergency journal is not known for certain";
        }
        EmergencyCheck.Result found = EmergencyCheck.of(files, copies, shard, recovered.foldedThrough());
        boolean folded = found.events() == 0
                && found.findings().stream().allMatch(finding -> finding.meaning() == EmergencyFinding.Meaning.NOTE);
        return folded ? null : "its emergency journal has or may have something to fold in";
    }

    /** Any opening creates the first copy: where that is not, it was taken away. */
    private boolean isKnown(List<OpenedEmergency.Place> copies) {
        return copies.stream().allMatch(copy -> copy.problem() == null)
                && files.exists(copies.get(0).directory());
    }

    /**
     * Opens a sealed shard for writing, in a new incarnation behind all that it has. Who reads it goes on with the same blocks.
     *
     * @throws IOException when it cannot be written on its own volume, a copy of its emergency journal cannot be used, or
     *     there are events in it that were not there when the shard was sealed; it is sealed as before then
     */
    OpenedShard reopen(OpenedShard sealed) throws IOException {
        SealedJournal before = (SealedJournal) sealed.journal();
        int shard = before.shard();
        Path segments = before.places().own();
        OpenedShard opened = begin(
                Math.max(before.lastIncarnation(), lastIncarnation(shard)),
                segments,
                before.recovered(),
                before.keptStandby(),
                false);
        EmergencyReport emergency = opened.emergency().report();
        boolean usable = emergency.workingCopies() == emergency.copies();
        if (usable && emergency.events() == 0) {
            return opened;
        }
        // Its blocks are still read.
        Closing.all(List.of(opened.journal(), opened.emergency()));
        throw usable ? unknownEvents(emergency) : unusableCopies(emergency);
    }

    /** Nobody at work knows their ids: they could be stored a second time. A start learns them first. */
    private static IOException unknownEvents(EmergencyReport emergency) {
        return new IOException("the emergency journal of shard " + emergency.shard() + " has " + emergency.events()
                + " events that were not there when the shard was sealed; the next start folds them in");
    }

    /** What is told when a shard is not opened because a copy of its emergency journal cannot be used. */
    static IOException unusableCopies(EmergencyReport emergency) {
        return new IOException("of the emergency journal of shard " + emergency.shard() + ", "
                + emergency.workingCopies() + " of " + emergency.copies() + " copies can be used: "
                + emergency.damage());
    }

    private OpenedShard openOnStandby(
            int shard, int lastIncarnation, SegmentPlaces places, ShardStandby standby, IOException ownFailure)
            throws IOException {
        RecoveredShard recovered;
        try {
            recovered = new ShardRecovery(files, places, shard, RecoveryMode.OPEN_STANDBY).run();
        } catch (IOException e) {
            ownFailure.addSuppressed(e);
            throw ownFailure;
        }
        try {
            standby.prepare();
            standby.writeAgain(recovered, places.own());
            String reason = "the volume of " + places.own() + " failed: " + ownFailure;
            recovered.blocks().failVolume(places.own(), reason, false);
            ChronicleJournal journal = standby.begin(recovered, Math.max(recovered.lastIncarnation(), lastIncarnation));
            OpenedEmergency emergency = openEmergency(
                    journal, new ShardState(journal.incarnation(), recovered.foldedThrough(), true, false));
            emergency.failVolume(DataLayout.shard(data, shard), reason, false);
            return new OpenedShard(journal, recovered.blocks(), recovered.report(), emergency, standby, ownFailure);
        } catch (IOException | RuntimeException | Error e) {
            recovered.blocks().close();
            e.addSuppressed(ownFailure);
            throw e;
        }
    }

    /** Opens a shard that cannot be written, for reading what can be read. */
    OpenedShard openToRead(int shard, IOException failure) throws IOException {
        boolean standbyAway = failure instanceof StandbyAwayException || standbyRoot.shard(shard) == null;
        Path segments = DataLayout.segments(data, shard);
        SegmentPlaces places = standbyAway
                ? SegmentPlaces.ownOnly(segments)
                : new SegmentPlaces(segments, DataLayout.segmentsOf(standbyRoot.shard(shard)));
        RecoveredShard readable = new ShardRecovery(files, places, shard, RecoveryMode.READ).runOrReportUnreadable();
        if (failure instanceof StandbyAwayException) {
            readable.blocks().setUnreadable(readable.blocks().missing(failure.getMessage()));
        }
        UnwritableJournal journal = new UnwritableJournal(shard, Math.max(1, readable.lastIncarnation()), failure);
        // What was read may be in memory only: a fold that is not forced may be gone with the next stop.
        OpenedEmergency emergency =
                openEmergency(journal, new ShardState(journal.incarnation(), readable.foldedThrough(), false, false));
        return new OpenedShard(journal, readable.blocks(), readable.report(), emergency, null, null);
    }

    /** Opens the emergency journal beside a journal, which is closed when that throws, as for want of memory. */
    private OpenedEmergency openEmergency(Journal journal, ShardState state) {
        int shard = journal.shard();
        try {
            return OpenedEmergency.open(files, settings.emergency(), emergencyPlaces(shard), shard, state);
        } catch (RuntimeException | Error e) {
            try {
                journal.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    private List<OpenedEmergency.Place> emergencyPlaces(int shard) {
        List<OpenedEmergency.Place> places = new ArrayList<>();
        places.add(new OpenedEmergency.Place("emergency", DataLayout.emergency(data, shard), null));
        if (backup.isWanted()) {
            places.add(backup.place(shard));
        }
        return places;
    }
}
