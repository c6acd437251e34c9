package io.evident.storage;

import io.evident.storage.emergency.OpenedEmergency;
import io.evident.storage.segment.BlockFile;
import io.evident.storage.segment.ChronicleBlockFile;
import io.evident.storage.segment.Closing;
import io.evident.storage.segment.Directories;
import io.evident.storage.segment.DiskFileOperations;
import io.evident.storage.segment.FileOperations;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.space.DiskSpace;
import io.evident.storage.space.SpaceSettings;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The data directory, held by the one server that writes to it. {@link #open} creates it where needed and takes its
 * lock; {@link #openShard} recovers a shard and begins its next incarnation. Used by the thread that starts and stops the
 * server.
 */
public final class DataDirectory implements AutoCloseable {
    private static final int MAX_SHARDS = 4096;

    private final Path directory;
    private final FileOperations files;
    private final JournalSettings settings;
    private final BlockFile.Opener opener;
    private final DiskSpace space;
    private final DataLock lock;
    private final BackupRoot backup;
    private final List<OpenedShard> shards = new ArrayList<>();

    private DataDirectory(
            Path directory,
            FileOperations files,
            JournalSettings settings,
            BlockFile.Opener opener,
            DiskSpace space,
            DataLock lock) {
        this.directory = directory;
        this.files = files;
        this.settings = settings;
        this.opener = opener;
        this.space = space;
        this.lock = lock;
        this.backup = new BackupRoot(files, settings.emergency().backup());
    }

    /** Opens a data directory for a server, with the shipped settings for its room. */
    public static DataDirectory open(Path directory, JournalSettings settings) throws IOException {
        return open(directory, settings, SpaceSettings.defaults());
    }

    /**
     * Opens a data directory for a server.
     *
     * @throws DataDirectoryInUseException when another server, or this one already, has it
     */
    public static DataDirectory open(Path directory, JournalSettings settings, SpaceSettings room) throws IOException {
        return open(directory, settings, room, DiskFileOperations.INSTANCE);
    }

    /** The same over other file operations, for tests that inject faults. */
    public static DataDirectory open(Path directory, JournalSettings settings, FileOperations files)
            throws IOException {
        return open(directory, settings, SpaceSettings.defaults(), files);
    }

    /** The same over other file operations, for tests that inject faults. */
    public static DataDirectory open(Path directory, JournalSettings settings, SpaceSettings room, FileOperations files)
            throws IOException {
        return open(directory, settings, room, files, true, ChronicleBlockFile::open);
    }

    /**
     * With another kind of segment file too, for which no space is reserved; for simulations. The directory itself has to
     * exist.
     */
    public static DataDirectory open(
            Path directory, JournalSettings settings, FileOperations files, BlockFile.Opener opener)
            throws IOException {
        return open(directory, settings, SpaceSettings.defaults(), files, false, opener);
    }

    private static DataDirectory open(
            Path directory,
            JournalSettings settings,
            SpaceSettings room,
            FileOperations files,
            boolean reserving,
            BlockFile.Opener opener)
            throws IOException {
        Directories.createWithParents(files, directory.toAbsolutePath().normalize());
        Path real = directory.toRealPath();
        DataLock lock = DataLock.take(files, real);
        try {
            DiskSpace space = new DiskSpace(files, real, room, settings.clock());
            BlockFile.Opener segments = reserving ? space.reserving(opener) : opener;
            return new DataDirectory(real, files, settings, segments, space, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Where it is: an absolute path without symbolic links. */
    public Path path() {
        return directory;
    }

    /** The place of the shard map, {@code shards.json}. */
    public Path shardMap() {
        return directory.resolve(DataLayout.SHARD_MAP);
    }

    /** Bytes that can still be written to its volume. Any thread. */
    public long freeBytes() throws IOException {
        return files.freeBytes(directory);
    }

    /** The room on its volume: what it allows, and the threads that see to it. */
    public DiskSpace space() {
        return space;
    }

    /**
     * Opens the shards 0 to {@code count} - 1. One that cannot be written, or not be forced, does not keep the others from
     * starting: it is opened for reading what can be read, and {@link OpenedShard#failure} says why.
     *
     * <p>Shards start together, so none has had an incarnation that no other has reached. Each begins behind the highest
     * of all: a shard whose last segments are gone, or which is away as a whole, then does not use a number again.
     */
    public List<OpenedShard> openShards(int count) throws IOException {
        space.makeRoomToStart(count);
        int last = 0;
        for (int shard = 0; shard < count; shard++) {
            last = Math.max(last, lastIncarnation(shard));
        }
        List<OpenedShard> opened = new ArrayList<>();
        for (int shard = 0; shard < count; shard++) {
            opened.add(openOrRead(shard, last));
        }
        return opened;
    }

    private int lastIncarnation(int shard) {
        try {
            List<SegmentName> names = SegmentName.list(files, DataLayout.segments(directory, shard));
            return names.isEmpty() ? 0 : names.get(names.size() - 1).incarnation();
        } catch (IOException e) {
            // A shard that is not there yet, or cannot be opened, which is told then.
            return 0;
        }
    }

    private OpenedShard openOrRead(int shard, int lastIncarnation) throws IOException {
        try {
            return openShard(shard, lastIncarnation);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            RecoveredShard readable = new ShardRecovery(
                            files, DataLayout.segments(directory, shard), shard, ShardRecovery.Mode.READ)
                    .runOrReportUnreadable();
            UnwritableJournal journal = new UnwritableJournal(shard, Math.max(1, readable.lastIncarnation()), e);
            OpenedEmergency emergency = openEmergency(shard, journal.incarnation(), readable.foldedThrough());
            OpenedShard opened = new OpenedShard(journal, readable.blocks(), readable.report(), emergency);
            shards.add(opened);
            return opened;
        }
    }

    /**
     * Recovers a shard and begins its next incarnation, whose number is on the disk before this returns. Damage is in the
     * report and does not stop it. Closed by {@link OpenedShard#close} or with the data directory.
     *
     * @param shard 0 to 4095; each once
     * @throws IOException when the directory cannot be read or written, or what it holds cannot be forced
     */
    public OpenedShard openShard(int shard) throws IOException {
        return openShard(shard, 0);
    }

    private OpenedShard openShard(int shard, int lastIncarnation) throws IOException {
        if (shard < 0 || shard >= MAX_SHARDS) {
            throw new IllegalArgumentException("shard " + shard + " is not 0 to " + (MAX_SHARDS - 1));
        }
        if (shards.stream().anyMatch(open -> open.journal().shard() == shard)) {
            throw new IllegalStateException("shard " + shard + " is open already");
        }
        Path segments = DataLayout.segments(directory, shard);
        Directories.createWithParents(files, segments);
        forceUpTo(directory, segments);
        RecoveredShard recovered = new ShardRecovery(files, segments, shard, ShardRecovery.Mode.OPEN).run();
        try {
            SegmentName first = beginIncarnation(segments, Math.max(recovered.lastIncarnation(), lastIncarnation));
            ChronicleJournal journal = new ChronicleJournal(files, settings, opener, segments, first, recovered);
            OpenedEmergency emergency = openEmergency(shard, first.incarnation(), recovered.foldedThrough());
            OpenedShard opened = new OpenedShard(journal, recovered.blocks(), recovered.report(), emergency);
            shards.add(opened);
            return opened;
        } catch (IOException | RuntimeException e) {
            recovered.blocks().close();
            throw e;
        }
    }

    private OpenedEmergency openEmergency(int shard, int incarnation, long foldedThrough) {
        List<OpenedEmergency.Place> places = new ArrayList<>();
        places.add(new OpenedEmergency.Place("emergency", DataLayout.emergency(directory, shard), null));
        if (backup.isWanted()) {
            places.add(backup.place(shard));
        }
        return OpenedEmergency.open(files, settings.emergency(), places, shard, incarnation, foldedThrough);
    }

    /** An incarnation's number is fixed by the name of its first segment: it is used, even if nothing follows. */
    private SegmentName beginIncarnation(Path segments, int last) throws IOException {
        if (last >= SegmentName.MAX_INCARNATION) {
            throw new IOException("no incarnation is left behind " + last + " in " + segments);
        }
        SegmentName first = new SegmentName(last + 1, 0);
        files.createDirectory(segments.resolve(first.toString()));
        files.forceDirectory(segments);
        return first;
    }

    /** Finds nothing that was there forced: an earlier start may have stopped between creating and forcing it. */
    private void forceUpTo(Path top, Path below) throws IOException {
        for (Path each = below; !each.equals(top); each = each.getParent()) {
            files.forceDirectory(each.getParent());
        }
    }

    /** Closes the shards that are still open, and gives the lock back last. */
    @Override
    public void close() throws IOException {
        List<AutoCloseable> all = new ArrayList<>(shards);
        all.add(backup);
        all.add(space);
        all.add(lock);
        Closing.all(all);
    }
}
