package io.evident.storage;

import io.evident.pipeline.journal.BlockSource;
import io.evident.storage.segment.DiskFileOperations;
import io.evident.storage.segment.FileOperations;
import io.evident.storage.segment.ShardBlocks;
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
    private static final int SHARD_NUMBER_AT = "shard-".length();

    private final Path directory;
    private final FileOperations files;

    private ReadOnlyDataDirectory(Path directory, FileOperations files) {
        this.directory = directory;
        this.files = files;
    }

    /**
     * Opens a data directory for reading.
     *
     * @throws NoSuchFileException when there is no such directory
     */
    public static ReadOnlyDataDirectory open(Path directory) throws IOException {
        return new ReadOnlyDataDirectory(directory.toRealPath(), DiskFileOperations.INSTANCE);
    }

    /** The shards that have a directory, in ascending order. */
    public List<Integer> shards() throws IOException {
        List<Integer> found = new ArrayList<>();
        for (Path entry : files.list(directory)) {
            String name = entry.getFileName().toString();
            if (name.matches(SHARD_PATTERN)) {
                found.add(Integer.parseInt(name.substring(SHARD_NUMBER_AT)));
            }
        }
        found.sort(null);
        return found;
    }

    /** Reads and checks every block of a shard. What a running server writes meanwhile may or may not be included. */
    public VerifiedShard verify(int shard) throws IOException {
        Path segments = DataLayout.segments(directory, shard);
        RecoveredShard recovered = new ShardRecovery(files, segments, shard, ShardRecovery.Mode.VERIFY).run();
        return new VerifiedShard(recovered.blocks(), recovered.report());
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
        @Override
        public void close() throws IOException {
            ((ShardBlocks) blocks).close();
        }
    }
}
