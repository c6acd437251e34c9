package io.evident.storage.directory;

import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The lock of a data directory: the operating system's on {@code evident.lock}, which ends with the process whatever
 * happens to it. The file holds the owner's process id, for the message to others.
 */
public final class DataLock implements AutoCloseable {
    private static final int MAX_PID_BYTES = 20;
    private static final int MORE_LOOKS = 4;
    private static final long BETWEEN_LOOKS_NS = 25_000_000L;
    /**
     * Directories locked in this process. Needed beside the file lock: closing any channel to a file drops all locks
     * that the process has on it, so a second opening must fail before it touches the file.
     */
    private static final Set<Path> HELD_HERE = new HashSet<>();

    private final Path directory;
    private final FileChannel channel;

    private DataLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the lock of a directory given by its real path.
     *
     * @param setting where a user names the directory, for the message
     * @throws DataDirectoryInUseException when another process has it, or this one
     * @throws IOException when its file cannot be opened or written
     */
    public static DataLock take(FileOperations files, Path directory, String setting) throws IOException {
        synchronized (HELD_HERE) {
            if (!HELD_HERE.add(directory)) {
                throw new DataDirectoryInUseException(directory, setting, "this very process");
            }
            try {
                return new DataLock(directory, lockedChannel(files, directory, setting));
            } catch (IOException | RuntimeException | Error e) {
                HELD_HERE.remove(directory);
                throw e;
            }
        }
    }

    private static FileChannel lockedChannel(FileOperations files, Path directory, String setting) throws IOException {
        Path file = directory.resolve(DataLayout.LOCK);
        FileChannel channel =
                files.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = lock(channel);
            if (lock == null) {
                throw new DataDirectoryInUseException(directory, setting, "the Evident process " + owner(channel));
            }
            byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
            // Over what is there, and cut off then: so a full disk is not asked for a block.
            files.write(channel, file, ByteBuffer.wrap(pid));
            files.truncate(channel, file, pid.length);
            return channel;
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    /** A tool that asks who holds the lock holds it for a moment itself; so a second look, and a third, is taken. */
    private static FileLock lock(FileChannel channel) throws IOException {
        FileLock lock = channel.tryLock();
        for (int i = 0; lock == null && i < MORE_LOOKS; i++) {
            LockSupport.parkNanos(BETWEEN_LOOKS_NS);
            lock = channel.tryLock();
        }
        return lock;
    }

    /**
     * The process that has the lock of a directory given by its real path, as its file tells it; {@code null} when nobody
     * has it. Writes nothing. A process that starts in the very same moment looks again.
     */
    public static String holder(FileOperations files, Path directory) throws IOException {
        synchronized (HELD_HERE) {
            if (HELD_HERE.contains(directory)) {
                // Not to be opened and closed: that would drop the lock.
                return Long.toString(ProcessHandle.current().pid());
            }
            Path file = directory.resolve(DataLayout.LOCK);
            if (!files.exists(file)) {
                return null;
            }
            try (FileChannel channel = files.open(file, StandardOpenOption.READ);
                    FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
                return lock == null ? owner(channel) : null;
            }
        }
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(MAX_PID_BYTES);
        channel.read(pid, 0);
        String text = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII);
        return text.matches("[0-9]+") ? text : "(unknown id)";
    }

    @Override
    public void close() throws IOException {
        synchronized (HELD_HERE) {
            if (channel.isOpen()) {
                HELD_HERE.remove(directory);
                channel.close();
            }
        }
    }
}
