package io.evident.storage;

import io.evident.pipeline.admission.RoomGuard;
import io.evident.storage.archive.ArchiveSettings;
import io.evident.storage.archive.ArchiveWriter;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.directory.BackupRoot;
import io.evident.storage.directory.DataDirectoryInUseException;
import io.evident.storage.directory.DataLayout;
import io.evident.storage.directory.DataLock;
import io.evident.storage.directory.StandbyRoot;
import io.evident.storage.emergency.EmergencyReport;
import io.evident.storage.file.Closing;
import io.evident.storage.file.Directories;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.file.FileOperations;
import io.evident.storage.index.ShardIndexes;
import io.evident.storage.retention.SegmentRetention;
import io.evident.storage.retention.SegmentWork;
import io.evident.storage.segment.BlockFile;
import io.evident.storage.segment.ChronicleBlockFile;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.space.DiskSpace;
import io.evident.storage.space.SpaceSettings;
import io.evident.storage.space.SpaceState;
import io.evident.storage.space.Volume;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data directory, held by the one server that writes to it. {@link #open} creates it where needed and takes its
 * lock; {@link #openShard} recovers a shard and begins its next incarnation. Used by the thread that starts and stops the
 * server, and by the one that adds shards meanwhile.
 */
public final class DataDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);
    private static final int MAX_SHARDS = 4096;

    private final Path directory;
    private final FileOperations files;
    private final DiskSpace space;
    private final DataLock lock;
    private final BackupRoot backup;
    private final StandbyRoot standby;
    private final ShardOpening opening;
    /** In order; they only become more, and one that is sealed gives its place to itself, open for writing. */
    private final List<OpenedShard> shards = new CopyOnWriteArrayList<>();

    private final SegmentWork segmentWork = new SegmentWork(System::nanoTime);
    /** The highest incarnation that was there when the shards were opened. */
    private int lastIncarnation;

    private DataDirectory(
            Path directory,
            FileOperations files,
            BlockFile.Opener opener,
            BlockFile.Opener standbyOpener,
            JournalSettings settings,
            DiskSpace space,
            DataLock lock,
            StandbyRoot standby) {
        this.directory = directory;
        this.files = files;
        this.space = space;
        this.lock = lock;
        this.standby = standby;
        this.backup = new BackupRoot(files, settings.emergency().backup());
        this.opening = new ShardOpening(files, settings, opener, standbyOpener, directory, standby, backup);
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
        return open(directory, settings, room, files, true, ChronicleBlockFile.opener(files));
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
        DataLock lock = DataLock.take(files, real, "--data");
        try {
            DiskSpace space = new DiskSpace(Volume.DATA, files, real, room, settings.clock());
            BlockFile.Opener segments = reserving ? space.reserving(opener) : opener;
            StandbyRoot standby = StandbyRoot.open(files, real, settings.standby(), room, settings.clock());
            BlockFile.Opener onStandby = standby.path() == null ? null : standby.opener(reserving);
            return new DataDirectory(real, files, segments, onStandby, settings, space, lock, standby);
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

    /** The room on its volume. */
    public DiskSpace space() {
        return space;
    }

    /** The room on the standby volume, or {@code null} when there is none that can be used. */
    public DiskSpace standbySpace() {
        return standby.space();
    }

    /** Starts the threads that see to the room on the volumes; once. */
    public void startSpace() {
        space.start();
        if (standby.space() != null) {
            standby.space().start();
        }
    }

    /**
     * What makes the sealed segments of the open shards small, those that are added too; once they are open. Closed before the
     * data directory is.
     *
     * @param clock nanoseconds that only grow
     */
    public SegmentArchiver archiver(ArchiveSettings settings, LongSupplier clock) {
        return new SegmentArchiver(
                files,
                settings,
                directory,
                () -> shards.stream().map(shard -> (ShardBlocks) shard.blocks()).toList(),
                clock,
                this::spareBytes,
                segmentWork);
    }

    /**
     * What takes expired events out of the sealed segments of the open shards. It and the archiver never work at the same
     * time.
     *
     * @param pace holds its reading back; what it throws ends what is being done and leaves it undone
     * @param indexes of {@link #openIndexes}, or {@code null} for none
     */
    public SegmentRetention retention(ArchiveWriter.Pace pace, ShardIndexes indexes) {
        return new SegmentRetention(files, directory, pace, indexes, this::spareBytes, segmentWork);
    }

    private long spareBytes() {
        return space.view().freeBytes() - space.floorBytes();
    }

    /**
     * Tells whether the volume that a shard is written to has room. Thread-safe, once the shards are open; knows those that
     * are added.
     */
    public RoomGuard room() {
        return new VolumeRooms(space, standby.space(), Collections.unmodifiableList(shards));
    }

    /**
     * Opens the shards 0 to {@code count} - 1. One that cannot be written, or not be forced, does not keep the others from
     * starting: it is opened for reading what can be read, and {@link OpenedShard#failure} says why.
     *
     * <p>Each begins behind the highest incarnation of all: a shard whose last segments are gone, or which is away as a
     * whole, then does not use a number again that the others have reached. (A shard that went on on its standby volume may
     * have had one that no other has; what is missing then is passed over by {@link
     * io.evident.storage.directory.StandbyIdentity}.)
     */
    public List<OpenedShard> openShards(int count) throws IOException {
        return openShards(count, shard -> false);
    }

    /**
     * The same, with shards that were given up among them. Such a one is {@linkplain OpenedShard#isSealed sealed}: recovered
     * as ever, but opened for reading only, so that nothing is begun in it. It is opened like the others when there is, or
     * may be, something left to be folded in from its emergency journal, or it cannot be read or forced.
     *
     * @param givenUp whether a shard is to take no events
     */
    public List<OpenedShard> openShards(int count, IntPredicate givenUp) throws IOException {
        space.makeRoomToStart(count);
        if (standby.space() != null) {
            standby.space().makeRoomToStart(count);
        }
        for (int shard = 0; shard < count; shard++) {
            lastIncarnation = Math.max(lastIncarnation, opening.lastIncarnation(shard));
        }
        List<OpenedShard> opened = new ArrayList<>();
        for (int shard = 0; shard < count; shard++) {
            OpenedShard sealed = givenUp.test(shard) ? openSealed(shard) : null;
            opened.add(sealed == null ? openOrRead(shard, lastIncarnation) : keep(sealed));
        }
        return opened;
    }

    private OpenedShard openSealed(int shard) throws IOException {
        try {
            return opening.openSealed(shard, lastIncarnation);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            LOG.warn("shard {} was given up, but cannot be sealed and is opened as any other: {}", shard, e.toString());
            return null;
        }
    }

    /**
     * Opens a sealed shard for writing, in a new incarnation, for a server at work in which it is to take events again. Its
     * {@link OpenedShard#blocks} stay what they are. By one thread at a time, and not beside {@link #close}.
     *
     * @throws IOException when it cannot be written on its own volume, a copy of its emergency journal cannot be used, or
     *     there are events in it that were not there when the shard was sealed; it is sealed as before then
     */
    public OpenedShard reopen(int shard) throws IOException {
        for (int i = 0; i < shards.size(); i++) {
            OpenedShard sealed = shards.get(i);
            if (sealed.journal().shard() == shard && sealed.isSealed()) {
                OpenedShard opened = opening.reopen(sealed);
                shards.set(i, opened);
                return opened;
            }
        }
        throw new IllegalStateException("shard " + shard + " is not sealed");
    }

    /**
     * Opens the next shard, for a server at work that is to have one more: in the same incarnation as the others began in,
     * unless its directory has been used. An empty directory that an attempt before left behind is used again. By one thread
     * at a time, and not beside {@link #close}.
     *
     * @throws IOException when it cannot be written on its own volume, or a copy of its emergency journal cannot be used; it
     *     is not open then
     */
    public OpenedShard addShard() throws IOException {
        int shard = shards.size();
        OpenedShard opened = opening.openAdded(shard, lastIncarnation);
        if (opened.ownFailure() != null) {
            opened.close();
            throw opened.ownFailure();
        }
        EmergencyReport emergency = opened.emergency().report();
        if (emergency.workingCopies() < emergency.copies()) {
            opened.close();
            throw ShardOpening.unusableCopies(emergency);
        }
        return keep(opened);
    }

    /**
     * The indexes of the shards that are open, with the parts that their files hold; nothing is indexed before it is
     * started. To be closed before this.
     *
     * @param filterBytes most memory for what tells of ids and values that they are not in a part
     */
    public ShardIndexes openIndexes(long filterBytes) {
        ShardIndexes indexes = new ShardIndexes(files, this::hasRoomForMore, filterBytes);
        for (OpenedShard shard : shards) {
            indexes.add((ShardBlocks) shard.blocks(), shard.failure() == null);
        }
        return indexes;
    }

    /** Whether a volume has room for what could be done without. */
    private boolean hasRoomForMore(Path place) {
        boolean isStandby = standby.path() != null && place.startsWith(standby.path());
        DiskSpace there = isStandby ? standby.space() : space;
        return there.view().state() == SpaceState.ROOMY;
    }

    private OpenedShard openOrRead(int shard, int lastIncarnation) throws IOException {
        try {
            return openShard(shard, lastIncarnation);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            return keep(opening.openToRead(shard, e));
        }
    }

    private OpenedShard keep(OpenedShard opened) {
        shards.add(opened);
        return opened;
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
        return keep(opening.open(shard, lastIncarnation));
    }

    /** An incarnation's number is fixed by the name of its first segment: it is used, even if nothing follows. */
    static SegmentName beginIncarnation(FileOperations files, Path segments, int last) throws IOException {
        if (last >= SegmentName.MAX_INCARNATION) {
            throw new IOException("no incarnation is left behind " + last + " in " + segments);
        }
        SegmentName first = new SegmentName(last + 1, 0);
        files.createDirectory(segments.resolve(first.toString()));
        files.forceDirectory(segments);
        return first;
    }

    /** Finds nothing that was there forced: an earlier start may have stopped between creating and forcing it. */
    static void forceUpTo(FileOperations files, Path top, Path below) throws IOException {
        for (Path each = below; !each.equals(top); each = each.getParent()) {
            files.forceDirectory(each.getParent());
        }
    }

    /** Closes the shards that are still open, and gives the lock back last. */
    @Override
    public void close() throws IOException {
        List<AutoCloseable> all = new ArrayList<>(shards);
        all.add(backup);
        all.add(standby);
        all.add(space);
        all.add(lock);
        Closing.all(all);
    }
}
