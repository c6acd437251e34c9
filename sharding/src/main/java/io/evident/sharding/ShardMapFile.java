package io.evident.sharding;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code shards.json} in the data directory: the shard maps of all epochs. Without it nobody knows which shard an event
 * belongs to, so it is only ever replaced as a whole, and every shard's directory has a copy. A damaged one is set aside
 * as {@code shards.json.damaged-N} and never deleted. Used by one thread at a time, under the lock of the data directory;
 * {@link #look} by anyone.
 */
public final class ShardMapFile {
    /** The file's name within the data directory, and within the directory of each shard. */
    public static final String NAME = "shards.json";

    private static final Logger LOG = LoggerFactory.getLogger(ShardMapFile.class);

    private ShardMapFile() {}

    /**
     * Reads the shard maps, or creates the first one. A file that is there decides: when another number of shards is
     * configured, the file's stays and a warning says so, because growth is an operation of its own. A damaged or missing
     * file is replaced by its newest copy; when no copy is whole either, by what the journals tell.
     *
     * @param dataDirectory an existing directory
     * @param configuredShards how many shards a new data directory gets, 1 to {@link ShardMap#MAX_SHARDS}
     * @param stored the journals; asked only when no whole map is left
     * @throws IOException when the file cannot be written, or is of a later version; the message names it and what is
     *     wrong
     */
    public static OpenedShardMap open(Path dataDirectory, int configuredShards, StoredSlots stored) throws IOException {
        Path file = dataDirectory.resolve(NAME);
        ShardMapSearch search = ShardMapSearch.in(dataDirectory);
        if (search.laterFormat() != null) {
            throw new IOException(search.laterFormat() + "; use that version, this one would not keep what it says");
        }
        List<String> findings = new ArrayList<>(search.findings());
        ShardHistory history = search.newest();
        if (history == null) {
            history = create(search, configuredShards, stored, findings);
        } else if (!search.originalIsThere()) {
            findings.add(file + " is missing; it was restored from its newest copy");
        } else if (!search.originalIsWhole()) {
            findings.add(file + " was restored from its newest copy");
        }
        if (search.originalIsThere() && !search.originalIsWhole()) {
            findings.add("the damaged one is kept as " + CopiedFile.setAside(file));
        }
        if (!search.originalIsWhole() || !history.equals(read(file))) {
            write(file, history);
        }
        warnOfOtherNumber(file, history.current().activeShards(), configuredShards);
        return new OpenedShardMap(history, findings, search.unknownTo(history), false);
    }

    private static ShardHistory create(
            ShardMapSearch search, int configuredShards, StoredSlots stored, List<String> findings) throws IOException {
        if (search.isNew() || search.shards() == 0) {
            return ShardHistory.first(configuredShards);
        }
        LostShardMap lost = new LostShardMap(search.shards(), configuredShards);
        ShardHistory history = lost.rebuild(stored);
        findings.add(NAME + " is lost, and all copies: " + lost.told());
        return history;
    }

    private static void warnOfOtherNumber(Path file, int shards, int configuredShards) {
        if (shards != configuredShards) {
            LOG.warn(
                    "{} shards are configured, but {} has {}, and that stays: the number of shards of a data directory"
                            + " does not change with the configuration, but with `evident shards`",
                    configuredShards,
                    file,
                    shards);
        }
    }

    /**
     * Looks at the map without changing anything; safe beside a server.
     *
     * @return the history is {@code null} when no whole map is left
     */
    public static OpenedShardMap look(Path dataDirectory) throws IOException {
        ShardMapSearch search = ShardMapSearch.in(dataDirectory);
        List<String> findings = new ArrayList<>(search.findings());
        if (!search.originalIsThere() && !search.isNew()) {
            findings.add(dataDirectory.resolve(NAME) + " is missing");
        }
        boolean isLater = search.laterFormat() != null;
        return new OpenedShardMap(search.newest(), findings, search.unknownTo(search.newest()), isLater);
    }

    /**
     * Puts a copy into the directory of every shard that has none, or another one; called behind every opening of the
     * shards. A history with a new epoch goes into the copies first and then into the original, so that a whole original
     * is never newer than its copies.
     *
     * @return what was wrong, a sentence each
     */
    public static List<String> keepCopies(Path dataDirectory, ShardHistory history) throws IOException {
        List<String> findings = new ArrayList<>();
        byte[] text = ShardMapJson.write(history);
        for (int shard = 0; shard < history.current().shardCount(); shard++) {
            Path directory = CopiedFile.shardDirectory(dataDirectory, shard);
            try {
                CopiedFile.keepCopy(directory.resolve(NAME), text);
            } catch (IOException e) {
                findings.add("no copy of the shard map could be kept in " + directory + ": " + e);
            }
        }
        return findings;
    }

    /**
     * Begins another epoch: the copies first, the original last. When this returns, the next start finds the new history. A
     * crash within leaves the one or the other. One caller at a time, under the lock of the data directory; the directories
     * of all shards have to be there.
     *
     * @param before the history up to now, with which {@code next} begins
     * @return what was wrong with copies, a sentence each
     * @throws IOException when the original could not be written. What was is taken back as far as it can be; if it cannot,
     *     the next start may find the new history all the same, which is no harm: it has the old epochs, too
     */
    public static List<String> begin(Path dataDirectory, ShardHistory before, ShardHistory next) throws IOException {
        List<String> findings = keepCopies(dataDirectory, next);
        try {
            write(dataDirectory.resolve(NAME), next);
            return findings;
        } catch (IOException e) {
            takeBack(dataDirectory, before, next, e);
            throw e;
        }
    }

    private static void takeBack(Path dataDirectory, ShardHistory before, ShardHistory next, IOException why) {
        List<Path> files = new ArrayList<>();
        for (int shard = 0; shard < next.current().shardCount(); shard++) {
            files.add(CopiedFile.shardDirectory(dataDirectory, shard).resolve(NAME));
        }
        files.add(dataDirectory.resolve(NAME));
        for (Path file : files) {
            try {
                write(file, before);
            } catch (IOException e) {
                why.addSuppressed(e);
            }
        }
    }

    /** Reads the file; the message of an {@link IOException} names it and what is wrong. */
    static ShardHistory read(Path file) throws IOException {
        return ShardMapSearch.read(file);
    }

    /** Replaces the file. */
    static void write(Path file, ShardHistory history) throws IOException {
        DurableFile.replace(file, ShardMapJson.write(history), false);
    }
}
