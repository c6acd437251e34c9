package io.evident.storage.directory;

import io.evident.storage.emergency.OpenedEmergency;
import io.evident.storage.file.Directories;
import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The root of the backup copies of the emergency journals, with a lock of its own, as two servers must not share it. When
 * it cannot be had, the server starts without, and the shards' reports say so. Used by the thread that opens.
 */
public final class BackupRoot implements AutoCloseable {
    private final FileOperations files;
    private final Path wanted;
    private Path root;
    private DataLock lock;
    private String problem;

    /** Over a directory that is created when it is needed; {@code null} for none. */
    public BackupRoot(FileOperations files, Path wanted) {
        this.files = files;
        this.wanted = wanted;
    }

    /** Whether the emergency journals are to have backup copies. */
    public boolean isWanted() {
        return wanted != null;
    }

    /** Where the backup copy of a shard is. */
    public OpenedEmergency.Place place(int shard) {
        if (root == null && problem == null) {
            take();
        }
        return new OpenedEmergency.Place("backup", root == null ? null : DataLayout.shard(root, shard), problem);
    }

    private void take() {
        try {
            Directories.createWithParents(files, wanted.toAbsolutePath().normalize());
            Path real = wanted.toRealPath();
            lock = DataLock.take(files, real, "emergency.backup");
            root = real;
        } catch (IOException e) {
            problem = wanted + ": " + e.getMessage();
        }
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        }
    }
}
