package io.evident.storage.index;

import io.evident.pipeline.index.IndexDamagedException;
import io.evident.storage.index.file.FilePart;
import io.evident.storage.index.part.ShardPart;
import java.util.ArrayList;
import java.util.List;

/**
 * Which parts have their filters in memory: of every shard those that came last, as many as there is room for. Event times
 * would not do to tell: they are the senders'. For one thread.
 */
final class KeptFilters {
    private final long maxBytes;
    private volatile long bytes;
    /** The lists of parts that all is done for: each is replaced when it changes. */
    private List<List<ShardPart>> seen = List.of();

    /** @param maxBytes room for filters */
    KeptFilters(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Reads the next filter that should be in memory; returns false when there is none. */
    boolean keepOne(List<IndexedShard> shards) {
        if (isSame(shards)) {
            return false;
        }
        List<List<ShardPart>> now = shards.stream().map(IndexedShard::all).toList();
        List<FilePart> wanted = new ArrayList<>();
        long taken = 0;
        for (FilePart part : lastFirst(now)) {
            if (taken + part.filterBytes() > maxBytes) {
                part.dropFilter();
            } else {
                taken += part.filterBytes();
                wanted.add(part);
            }
        }
        for (FilePart part : wanted) {
            if (!part.hasFilter() && keep(part)) {
                return true;
            }
        }
        bytes = taken;
        seen = now;
        return false;
    }

    /** Asked many times a second: it allocates nothing. */
    private boolean isSame(List<IndexedShard> shards) {
        if (shards.size() != seen.size()) {
            return false;
        }
        for (int i = 0; i < seen.size(); i++) {
            if (shards.get(i).all() != seen.get(i)) {
                return false;
            }
        }
        return true;
    }

    /** The last part of each shard, then the one before the last of each, and so on. */
    private static List<FilePart> lastFirst(List<List<ShardPart>> shards) {
        List<FilePart> parts = new ArrayList<>();
        int most = shards.stream().mapToInt(List::size).max().orElse(0);
        for (int fromEnd = 1; fromEnd <= most; fromEnd++) {
            for (List<ShardPart> shard : shards) {
                boolean isThere = fromEnd <= shard.size();
                if (isThere && shard.get(shard.size() - fromEnd) instanceof FilePart file && file.view() != null) {
                    parts.add(file);
                }
            }
        }
        return parts;
    }

    private static boolean keep(FilePart part) {
        try {
            part.keepFilter();
            return true;
        } catch (IndexDamagedException e) {
            // Whoever watches over damage was told, and has the part made anew.
            return false;
        }
    }

    /** Bytes of the filters in memory; any thread. */
    long bytes() {
        return bytes;
    }
}
