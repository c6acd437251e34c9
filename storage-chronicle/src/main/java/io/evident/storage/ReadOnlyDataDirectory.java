package io.evident.storage;

import io.evident.pipeline.journal.BlockSource;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.directory.DataLayout;
import io.evident.storage.directory.DataLock;
import io.evident.storage.directory.StandbyIdentity;
import io.evident.storage.emergency.EmergencyCheck;
import io.evident.storage.emergency.OpenedEmergency;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.file.FileOperations;
import io.evident.storage.recovery.RecoveredShard;
import io.evident.storage.recovery.RecoveryMode;
import io.evident.storage.recovery.RecoveryReport;
import io.evident.storage.recovery.SegmentPlaces;
import io.evident.storage.recovery.ShardRecovery;
import io.evident.storage.recovery.VerifyListener;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A data directory for tools that only read: it takes no lock, writes nothing, and is safe beside a server at work.
 * Thread-safe.
 */
public final class ReadOnlyDataDirectory {
    private static final String SHARD_PATTERN = "shard-([0-9]{2,4})";
    private static final int EMERGENCY_LOOKS = 5;
    private static final int SHARD_NUMBER_AT = "shard-".length();

    private final Path directory;
    private final FileOperations files;

    private final Path standby;

    private ReadOnlyDataDirectory(Path directory, Path standby, FileOperations files) {
        this.directory = directory;
        this.standby = standby;
        this.files = files;
    }

    /**
     * Opens a data directory for reading.
     *
     * @throws NoSuchFileException when there is no such directory
     */
    public static ReadOnlyDataDirectory open(Path directory) throws IOException {
        return open(directory, null);
    }

    /**
     * Opens a data directory together with its standby directory.
     *
     * @param standby the standby directory, or {@code null} for none
     * @throws NoSuchFileException when there is no such directory; names it
     */
    public static ReadOnlyDataDirectory open(Path directory, Path standby) throws IOException {
        return new ReadOnlyDataDirectory(
                directory.toRealPath(), standby == null ? null : standby.toRealPath(), DiskFileOperations.INSTANCE);
    }

    /**
     * Why what is read of a shard may not be all that there is: it has a standby directory, and that was not named, or another
     * one; {@code null} when that is not so.
     */
    public String standbyMissing(int shard) {
        Path there = standby == null ? null : DataLayout.shard(standby, shard);
        try {
            return new StandbyIdentity(files, shard, DataLayout.shard(directory, shard), there).mismatch();
        } catch (IOException e) {
            return "which standby volume shard " + shard + " has cannot be told: " + e;
        }
    }

    private SegmentPlaces places(int shard) {
        return new SegmentPlaces(
                DataLayout.segments(directory, shard), standby == null ? null : DataLayout.segments(standby, shard));
    }

    /** The shards that have a directory, in ascending order. */
    public List<Integer> shards() throws IOException {
        List<Integer> found = new ArrayList<>();
        for (Path entry : files.list(directory)) {
            String name = entry.getFileName().toString();
            if (name.matches(SHARD_PATTERN)) {
                int shard = Integer.parseInt(name.substring(SHARD_NUMBER_AT));
                if (DataLayout.shard(directory, shard).equals(entry)) {
                    found.add(shard);
                }
            }
        }
        found.sort(null);
        return found;
    }

    /** Where it is: an absolute path without symbolic links. */
    public Path path() {
        return directory;
    }

    /** The process id of the server at work on it, as that wrote it down; {@code null} when there is none. */
    public String server() throws IOException {
        return DataLock.holder(files, directory);
    }

    /** Bytes that can still be written to its volume. */
    public long freeBytes() throws IOException {
        return files.freeBytes(directory);
    }

    /** The length of a shard's journal files together: what {@link VerifyListener#checked} counts up to. */
    public long journalBytes(int shard) throws IOException {
        SegmentPlaces places = places(shard);
        long bytes = journalBytes(places.own());
        boolean hasStandby = places.standby() != null && files.exists(places.standby());
        return hasStandby ? bytes + journalBytes(places.standby()) : bytes;
    }

    /**
     * The highest incarnation of which a shard has a segment, 0 when there is none or it cannot be told: that of the last
     * server that opened it, or a later one in which it went on elsewhere.
     */
    public int lastIncarnation(int shard) {
        SegmentPlaces places = places(shard);
        int own = SegmentName.lastIncarnation(files, places.own());
        return places.standby() == null ? own : Math.max(own, SegmentName.lastIncarnation(files, places.standby()));
    }

    private long journalBytes(Path segments) throws IOException {
        long bytes = 0;
        for (SegmentName name : SegmentName.list(files, segments)) {
            bytes += journalBytes(segments, name);
        }
        return bytes;
    }

    private long journalBytes(Path segments, SegmentName name) {
        try (SegmentReader reader = new SegmentReader(files, segments.resolve(name.toString()), name)) {
            return reader.exists() ? reader.sizeBytes() : 0;
        } catch (IOException e) {
            // Verification reports it; here it only does not count.
            return 0;
        }
    }

    /** Reads and checks every block of a shard, as {@link #verify(int, VerifyListener)}. */
    public VerifiedShard verify(int shard) throws IOException {
        return verify(shard, VerifyListener.NONE);
    }

    /**
     * Reads and checks every block of a shard. What a running server writes meanwhile may or may not be included. A shard
     * that cannot be read is a finding, not an exception.
     */
    public VerifiedShard verify(int shard, VerifyListener listener) throws IOException {
        return read(shard, server() == null ? RecoveryMode.VERIFY : RecoveryMode.VERIFY_LIVE, listener);
    }

    /** Looks at a shard as a start would: it believes the seals, and reads what is not sealed. */
    public VerifiedShard look(int shard) throws IOException {
        return read(shard, server() == null ? RecoveryMode.READ : RecoveryMode.READ_LIVE, VerifyListener.NONE);
    }

    private VerifiedShard read(int shard, RecoveryMode mode, VerifyListener listener) throws IOException {
        RecoveredShard recovered =
                new ShardRecovery(files, places(shard), shard, mode, listener).runOrReportUnreadable();
        return new VerifiedShard(recovered.blocks(), recovered.report());
    }

    /**
     * Checks every byte of a shard's emergency journal. Beside a server at work what is folded and written meanwhile may look
     * like damage; so what is found then is looked at again, up to {@value #EMERGENCY_LOOKS} times.
     *
     * @param backup the root of the backup copies, or {@code null} when there are none
     * @param foldedThrough how far the shard's journal says it is folded, as it was read before
     */
    public EmergencyCheck.Result checkEmergency(int shard, Path backup, long foldedThrough) throws IOException {
        List<OpenedEmergency.Place> places = new ArrayList<>();
        places.add(new OpenedEmergency.Place("emergency", DataLayout.emergency(directory, shard), null));
        if (backup != null) {
            places.add(new OpenedEmergency.Place("backup", DataLayout.shard(backup, shard), null));
        }
        EmergencyCheck.Result result = EmergencyCheck.of(files, places, shard, foldedThrough);
        for (int looks = 1; looks < EMERGENCY_LOOKS && !result.findings().isEmpty() && server() != null; looks++) {
            try (VerifiedShard now = look(shard)) {
                long folded = now.blocks().foldedThrough(now.blocks().blockCount());
                result = EmergencyCheck.of(files, places, shard, folded);
            }
        }
        return result;
    }

    /** Follows a shard from its first block. It need not have one yet, nor even a directory. */
    public JournalFollower follow(int shard) {
        return new JournalFollower(files, DataLayout.segments(directory, shard), shard);
    }

    /**
     * A shard as it was read.
     *
     * @param blocks its whole blocks
     * @param report what was found
     */
    public record VerifiedShard(BlockSource blocks, RecoveryReport report) implements AutoCloseable {
        /** What looks up how many events of whom were removed of its blocks. */
        public RemovedCounts removed() {
            return new RemovedCounts(DiskFileOperations.INSTANCE, (ShardBlocks) blocks);
        }

        @Override
        public void close() throws IOException {
            ((ShardBlocks) blocks).close();
        }
    }
}
