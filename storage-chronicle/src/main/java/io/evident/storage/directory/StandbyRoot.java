package io.evident.storage.directory;

import io.evident.storage.file.Closing;
import io.evident.storage.file.Directories;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.BlockFile;
import io.evident.storage.segment.ChannelBlockFile;
import io.evident.storage.space.DiskSpace;
import io.evident.storage.space.SpaceSettings;
import io.evident.storage.space.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The standby directory of all shards, with a lock and a watch over its room of its own. When it cannot be had, the server
 * starts all the same, and {@link #problem} says why. Used by the thread that opens.
 */
public final class StandbyRoot implements AutoCloseable {
    private final FileOperations files;
    private final StandbySettings settings;
    private Path root;
    private DataLock lock;
    private DiskSpace space;
    private String problem;

    private StandbyRoot(FileOperations files, StandbySettings settings) {
        this.files = files;
        this.settings = settings;
    }

    /**
     * Takes the standby directory, if one is wanted.
     *
     * @param data the real path of the data directory
     * @throws IOException when the one is within the other
     */
    public static StandbyRoot open(
            FileOperations files, Path data, StandbySettings settings, SpaceSettings room, LongSupplier clock)
            throws IOException {
        StandbyRoot opened = new StandbyRoot(files, settings);
        if (settings == null) {
            return opened;
        }
        Path wanted = settings.directory().toAbsolutePath().normalize();
        requireApart(data, wanted);
        try {
            Directories.createWithParents(files, wanted);
            Path real = wanted.toRealPath();
            requireApart(data, real);
            opened.lock = DataLock.take(files, real, "standby.directory");
            opened.space = new DiskSpace(Volume.STANDBY, files, real, room, clock);
            opened.root = real;
        } catch (WithinDataException e) {
            throw e;
        } catch (IOException e) {
            opened.problem = "the standby directory " + wanted + " cannot be used: " + e;
        }
        return opened;
    }

    private static void requireApart(Path data, Path standby) throws WithinDataException {
        if (standby.startsWith(data) || data.startsWith(standby)) {
            throw new WithinDataException("the standby directory " + standby + " and the data directory " + data
                    + " must not be within each other; name one on another volume");
        }
    }

    private static final class WithinDataException extends IOException {
        private static final long serialVersionUID = 1L;

        WithinDataException(String message) {
            super(message);
        }
    }

    /** Whether the shards are to have standby volumes. */
    public boolean isWanted() {
        return settings != null;
    }

    /** Why it cannot be used, or {@code null}. */
    public String problem() {
        return problem;
    }

    /** The directory of a shard on it, or {@code null} when there is no standby directory that can be used. */
    public Path shard(int shard) {
        return root == null ? null : DataLayout.shard(root, shard);
    }

    /** The real path, or {@code null}. */
    public Path path() {
        return root;
    }

    /** The room on its volume, or {@code null}. */
    public DiskSpace space() {
        return space;
    }

    /** Opens the files of segments there; {@code reserving} room ahead of what is written. */
    public BlockFile.Opener opener(boolean reserving) {
        BlockFile.Opener plain = ChannelBlockFile.opener(files);
        return reserving ? space.reserving(plain) : plain;
    }

    @Override
    public void close() throws IOException {
        List<AutoCloseable> all = new ArrayList<>();
        if (space != null) {
            all.add(space);
        }
        if (lock != null) {
            all.add(lock);
        }
        Closing.all(all);
    }
}
