package io.evident.storage.directory;

import java.nio.file.Path;
import java.util.Locale;

/** Where things are in a data directory. */
public final class DataLayout {
    /** The file that whoever works in a directory has locked. */
    public static final String LOCK = "evident.lock";
    /** The file that says how many shards there are. */
    public static final String SHARD_MAP = "shards.json";

    private DataLayout() {}

    /** The directory of a shard in a data directory or another that is laid out like one. */
    public static Path shard(Path data, int shard) {
        return data.resolve(String.format(Locale.ROOT, "shard-%02d", shard));
    }

    /** Where a shard's emergency journal is. */
    public static Path emergency(Path data, int shard) {
        return shard(data, shard).resolve("emergency");
    }

    /** Where a shard's segments are. */
    public static Path segments(Path data, int shard) {
        return segmentsOf(shard(data, shard));
    }

    /** Where the segments are in a shard's directory. */
    public static Path segmentsOf(Path shardDirectory) {
        return shardDirectory.resolve("segments");
    }
}
