package io.evident.sharding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for the shard map of a data directory: the original and the copies in the shards' directories. Only reads.
 *
 * <p>The original decides when it is whole, except that a copy with more epochs behind the very same ones is newer.
 * Without it, the copy with the most epochs does; of different ones, that which is found most often.
 */
final class ShardMapSearch {
    private static final long MAX_BYTES = 64L << 20;

    private final Path original;
    private final List<String> findings = new ArrayList<>();
    private final List<ShardHistory> copies = new ArrayList<>();
    private final List<Integer> numbers = new ArrayList<>();
    private ShardHistory fromOriginal;
    private boolean originalIsThere;
    private String laterFormat;
    private int laterCopies;
    private int highestShard = -1;

    private ShardMapSearch(Path dataDirectory) {
        this.original = dataDirectory.resolve(ShardMapFile.NAME);
    }

    static ShardMapSearch in(Path dataDirectory) throws IOException {
        ShardMapSearch search = new ShardMapSearch(dataDirectory);
        search.readOriginal();
        for (Path shard : CopiedFile.shardDirectories(dataDirectory)) {
            search.highestShard = Math.max(search.highestShard, CopiedFile.number(shard));
            search.numbers.add(CopiedFile.number(shard));
            search.readCopy(shard.resolve(ShardMapFile.NAME));
        }
        return search;
    }

    private void readOriginal() {
        originalIsThere = Files.exists(original, LinkOption.NOFOLLOW_LINKS);
        if (!originalIsThere) {
            return;
        }
        try {
            fromOriginal = read(original);
        } catch (ShardMapJson.LaterFormatException e) {
            laterFormat = e.getMessage();
            findings.add(e.getMessage());
        } catch (IOException e) {
            findings.add(e.getMessage());
        }
    }

    private void readCopy(Path copy) {
        if (!Files.exists(copy)) {
            return;
        }
        try {
            copies.add(read(copy));
        } catch (ShardMapJson.LaterFormatException e) {
            laterCopies++;
            findings.add(e.getMessage());
        } catch (IOException e) {
            findings.add(e.getMessage());
        }
    }

    /** Reads a map; the message of an {@link IOException} names the file and what is wrong. */
    static ShardHistory read(Path file) throws IOException {
        byte[] text;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("it is larger than " + MAX_BYTES + " bytes");
            }
            text = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + e, e);
        }
        try {
            return ShardMapJson.read(text);
        } catch (ShardMapJson.LaterFormatException e) {
            throw new ShardMapJson.LaterFormatException(file + ": " + e.getMessage());
        } catch (IOException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    /** What was wrong, a sentence each. */
    List<String> findings() {
        return findings;
    }

    /** Whether this is a new data directory: no map and no shard. */
    boolean isNew() {
        return !originalIsThere && highestShard < 0;
    }

    boolean originalIsThere() {
        return originalIsThere;
    }

    /** Whether the original is whole. */
    boolean originalIsWhole() {
        return fromOriginal != null;
    }

    /** How many shards have a directory, those in between counted too. */
    int shards() {
        return highestShard + 1;
    }

    /** The shards that have a directory and that a map does not have; none when there is no map. */
    List<Integer> unknownTo(ShardHistory map) {
        return numbers.stream()
                .filter(number -> map != null && number >= map.current().shardCount())
                .sorted()
                .toList();
    }

    /**
     * Why the map is not for this version to touch, or {@code null}: the original is of a later format, and no whole copy,
     * or a copy as well, says that this is no damage.
     */
    String laterFormat() {
        return laterFormat != null && (copies.isEmpty() || laterCopies > 0) ? laterFormat : null;
    }

    /** The newest whole map, or {@code null} when there is none. */
    ShardHistory newest() {
        ShardHistory copy = newestCopy();
        if (fromOriginal == null || (copy != null && isLater(copy, fromOriginal))) {
            return copy;
        }
        return fromOriginal;
    }

    private ShardHistory newestCopy() {
        Map<ShardHistory, Integer> votes = new HashMap<>();
        copies.forEach(copy -> votes.merge(copy, 1, Integer::sum));
        return votes.entrySet().stream()
                .max(Comparator.comparingInt((Map.Entry<ShardHistory, Integer> vote) ->
                                vote.getKey().epochs().size())
                        .thenComparing(Map.Entry::getValue))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    private static boolean isLater(ShardHistory history, ShardHistory than) {
        int known = than.epochs().size();
        return history.epochs().size() > known
                && history.epochs().subList(0, known).equals(than.epochs());
    }
}
