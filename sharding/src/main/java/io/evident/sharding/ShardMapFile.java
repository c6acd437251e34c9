package io.evident.sharding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code shards.json} in the data directory: the shard maps of all epochs. Without it nobody knows which shard an event
 * belongs to, so it is only ever replaced as a whole, and every shard's directory has a copy. A damaged one is set aside
 * as {@code shards.json.damaged-N} and never deleted. Used at the start, by one thread, under the lock of the data
 * directory; {@link #look} by anyone.
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
            findings.add("the damaged one is kept as " + setAside(file));
        }
        if (!search.originalIsWhole() || !history.equals(read(file))) {
            write(file, history);
        }
        warnOfOtherNumber(file, history.current().shardCount(), configuredShards);
        if (search.shards() > history.current().shardCount()) {
            findings.add("there are directories of shards up to " + (search.shards() - 1) + ", but the map has "
                    + history.current().shardCount() + " shards: the others are not served");
        }
        return new OpenedShardMap(history, findings);
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
                            + " does not change with the configuration",
                    configuredShards,
                    file,
                    shards);
        }
    }

    private static Path setAside(Path file) throws IOException {
        int number = 1;
        Path aside = file.resolveSibling(NAME + ".damaged-" + number);
        while (Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
            number++;
            aside = file.resolveSibling(NAME + ".damaged-" + number);
        }
        Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
        return aside;
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
        ShardHistory newest = search.newest();
        if (newest != null && search.shards() > newest.current().shardCount()) {
            findings.add("there are directories of shards up to " + (search.shards() - 1) + ", but the map has "
                    + newest.current().shardCount() + " shards: the others are not served");
        }
        return new OpenedShardMap(newest, findings);
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
            Path directory = dataDirectory.resolve(String.format(Locale.ROOT, "shard-%02d", shard));
            try {
                keepCopy(directory.resolve(NAME), text);
            } catch (IOException e) {
                findings.add("no copy of the shard map could be kept in " + directory + ": " + e);
            }
        }
        return findings;
    }

    private static void keepCopy(Path copy, byte[] text) throws IOException {
        boolean same = Files.isReadable(copy)
                && Files.isRegularFile(copy)
                && Files.size(copy) == text.length
                && Arrays.equals(Files.readAllBytes(copy), text);
        if (!same) {
            DurableFile.replace(copy, text, false);
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
