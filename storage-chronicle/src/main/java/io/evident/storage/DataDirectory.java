package io.evident.storage;

import io.evident.storage.emergency.OpenedEmergency;
import io.evident.storage.segment.BlockFile;
import io.evident.storage.segment.ChronicleBlockFile;
import io.evident.storage.segment.Closing;
import io.evident.storage.segment.Directories;
import io.evident.storage.segment.DiskFileOperations;
import io.evident.storage.segment.FileOperations;
import io.evident.storage.segment.SegmentName;
import java.io.IOException;
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
    private final DataLock lock;
    private final BackupRoot backup;
    private final List<OpenedShard> shards = new ArrayList<>();

    private DataDirectory(
            Path directory, FileOperations files, JournalSettings settings, BlockFile.Opener opener, DataLock lock) {
        this.directory = directory;
        this.files = files;
        this.settings = settings;
        this.opener = opener;
        this.lock = lock;
        this.backup = new BackupRoot(files, settings.emergency().backup());
    }

    /**
     * Opens a data directory for a server.
     *
     * @throws DataDirectoryInUseException when another server, or this one already, has it
     */
    public static DataDirectory open(Path directory, JournalSettings settings) throws IOException {
        return open(directory, settings, DiskFileOperations.INSTANCE);
    }

    /** The same over other file operations, for tests that inject faults. */
    public static DataDirectory open(Path directory, JournalSettings settings, FileOperations files)
            throws IOException {
        return open(directory, settings, files, ChronicleBlockFile::open);
    }

    static DataDirectory open(Path directory, JournalSettings settings, FileOperations files, BlockFile.Opener opener)
            throws IOException {
        Directories.createWithParents(files, directory.toAbsolutePath().normalize());
        Path real = directory.toRealPath();
        return new DataDirectory(real, files, settings, opener, DataLock.take(files, real));
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

    /** Opens the shards 0 to {@code count} - 1. */
    public List<OpenedShard> openShards(int count) throws IOException {
        List<OpenedShard> opened = new ArrayList<>();
        for (int shard = 0; shard < count; shard++) {
            opened.add(openShard(shard));
        }
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
        if (shard < 0 || shard >= MAX_SHARDS) {
            throw new IllegalArgumentException("shard " + shard + " is not 0 to " + (MAX_SHARDS - 1));
        }
        if (shards.stream().anyMatch(open -> open.journal().shard() == shard)) {
            throw new IllegalStateException("shard " + shard + " is open already");
        }
        Path segments = DataLayout.segments(directory, shard);
        Directories.createWithParents(files, segments);
        RecoveredShard recovered = new ShardRecovery(files, segments, shard, ShardRecovery.Mode.OPEN).run();
        try {
            SegmentName first = beginIncarnation(segments, recovered.lastIncarnation());
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

    /** Closes the shards that are still open, and gives the lock back last. */
    @Override
    public void close() throws IOException {
        List<AutoCloseable> all = new ArrayList<>(shards);
        all.add(backup);
        all.add(lock);
        Closing.all(all);
    }
}
