package io.evident.sharding;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code shards.json} in the data directory: the shard maps of all epochs. Without it nobody knows which shard an event
 * belongs to, so it is only ever replaced as a whole, and never guessed. Used at the start, by one thread, under the lock
 * of the data directory.
 */
public final class ShardMapFile {
    /** The file's name within the data directory. */
    public static final String NAME = "shards.json";

    private static final Logger LOG = LoggerFactory.getLogger(ShardMapFile.class);
    private static final long MAX_BYTES = 64L << 20;

    private ShardMapFile() {}

    /**
     * Reads the shard maps, or creates the first one. A file that is there decides: when another number of shards is
     * configured, the file's stays and a warning says so, because growth is an operation of its own.
     *
     * @param dataDirectory an existing directory
     * @param configuredShards how many shards a new data directory gets, 1 to {@link ShardMap#MAX_SHARDS}
     * @throws IOException when the file is damaged, or missing although shards are there; the message names the file and
     *     what is wrong
     */
    public static ShardHistory openOrCreate(Path dataDirectory, int configuredShards) throws IOException {
        Path file = dataDirectory.resolve(NAME);
        if (!Files.exists(file)) {
            return create(dataDirectory, file, configuredShards);
        }
        ShardHistory history = read(file);
        int shards = history.current().shardCount();
        if (shards != configuredShards) {
            LOG.warn(
                    "{} shards are configured, but {} has {}, and that stays: the number of shards of a data directory"
                            + " does not change with the configuration",
                    configuredShards,
                    file,
                    shards);
        }
        return history;
    }

    private static ShardHistory create(Path dataDirectory, Path file, int configuredShards) throws IOException {
        ShardHistory history = ShardHistory.first(configuredShards);
        try (DirectoryStream<Path> shards = Files.newDirectoryStream(dataDirectory, "shard-*")) {
            if (shards.iterator().hasNext()) {
                throw new IOException(file + " is missing, but there are shards beside it; restore it from a backup,"
                        + " without it nobody knows which events belong to which shard");
            }
        }
        write(file, history);
        return history;
    }

    /** Reads the file; the message of an {@link IOException} names it and what is wrong. */
    static ShardHistory read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is damaged: it is larger than " + MAX_BYTES + " bytes");
        }
        byte[] text = Files.readAllBytes(file);
        try {
            return ShardMapJson.read(text);
        } catch (IOException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    /** Replaces the file. */
    static void write(Path file, ShardHistory history) throws IOException {
        DurableFile.replace(file, ShardMapJson.write(history), false);
    }
}
