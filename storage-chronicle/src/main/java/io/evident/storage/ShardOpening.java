package io.evident.storage;

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
            return begin(shard, lastIncarnation, segments, recovered, standby, isNew);
        } catch (IOException | RuntimeException e) {
            recovered.blocks().close();
            throw e;
        }
    }

    private OpenedShard begin(
            int shard,
            int lastIncarnation,
            Path segments,
            RecoveredShard recovered,
            ShardStandby standby,
            boolean isNew)
            throws IOException {
        int last = Math.max(recovered.lastIncarnation(), lastIncarnation);
        SegmentName first = DataDirectory.beginIncarnation(files, segments, last);
        ChronicleJournal journal =
                new ChronicleJournal(files, settings, opener, segments, first, recovered, standby, false);
        OpenedEmergency emergency = openEmergency(
                shard,
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
            return null;
        }
        DataDirectory.forceUpTo(files, data, places.own());
        RecoveredShard recovered = new ShardRecovery(files, places, shard, RecoveryMode.OPEN).run();
        try {
            if (recovered.lastIncarnation() > 0 && recovered.unsettled().isEmpty() && isFolded(shard, recovered)) {
                return new OpenedShard(
                        new SealedJournal(shard, recovered, last, places, standby),
                        recovered.blocks(),
                        recovered.report(),
                        OpenedEmergency.none(shard),
                        null,
                        null);
            }
        } catch (IOException | RuntimeException e) {
            recovered.blocks().close();
            throw e;
        }
        recovered.blocks().close();
        return null;
    }

    /** Whether all copies of the emergency journal can be read, and nothing in them has to be folded in. */
    private boolean isFolded(int shard, RecoveredShard recovered) throws IOException {
        List<OpenedEmergency.Place> copies = emergencyPlaces(shard);
        boolean known = copies.stream().allMatch(copy -> copy.problem() == null)
                && recovered.blocks().saidFoldedThrough() <= recovered.foldedThrough();
        EmergencyCheck.Result found = known ? EmergencyCheck.of(files, copies, shard, recovered.foldedThrough()) : null;
        boolean folded = known
                && found.events() == 0
                && found.findings().stream().allMatch(finding -> finding.meaning() == EmergencyFinding.Meaning.NOTE);
        if (!folded) {
            LOG.info(
                    "shard {} was given up, but is opened for writing: its emergency journal {}",
                    shard,
                    known ? "has or may have something to fold in" : "is not known for certain");
        }
        return folded;
    }

    /**
     * Opens a sealed shard for writing, in a new incarnation behind all that it has. Who reads it goes on with the same blocks.
     *
     * @throws IOException when it cannot be written on its own volume, or a copy of its emergency journal cannot be used; it
     *     is sealed as before then
     */
    OpenedShard reopen(OpenedShard sealed) throws IOException {
        SealedJournal before = (SealedJournal) sealed.journal();
        int shard = before.shard();
        Path segments = before.places().own();
        OpenedShard opened = begin(
                shard,
                Math.max(before.lastIncarnation(), lastIncarnation(shard)),
                segments,
                before.recovered(),
                before.keptStandby(),
                false);
        EmergencyReport emergency = opened.emergency().report();
        if (emergency.workingCopies() == emergency.copies()) {
            return opened;
        }
        // Its blocks are still read.
        Closing.all(List.of(opened.journal(), opened.emergency()));
        throw unusableCopies(emergency);
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
            OpenedEmergency emergency =
                    openEmergency(shard, new ShardState(journal.incarnation(), recovered.foldedThrough(), true, false));
            emergency.failVolume(DataLayout.shard(data, shard), reason, false);
            return new OpenedShard(journal, recovered.blocks(), recovered.report(), emergency, standby, ownFailure);
        } catch (IOException | RuntimeException e) {
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
                openEmergency(shard, new ShardState(journal.incarnation(), readable.foldedThrough(), false, false));
        return new OpenedShard(journal, readable.blocks(), readable.report(), emergency, null, null);
    }

    private OpenedEmergency openEmergency(int shard, ShardState state) {
        return OpenedEmergency.open(files, settings.emergency(), emergencyPlaces(shard), shard, state);
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
