package io.evident.storage;

import java.nio.file.Path;
import java.util.Locale;

/** Where things are in a data directory. */
final class DataLayout {
    static final String LOCK = "evident.lock";
    static final String SHARD_MAP = "shards.json";

    private DataLayout() {}

    static Path shard(Path data, int shard) {
        return data.resolve(String.format(Locale.ROOT, "shard-%02d", shard));
    }

    static Path emergency(Path data, int shard) {
        return shard(data, shard).resolve("emergency");
    }

    static Path segments(Path data, int shard) {
        return segmentsOf(shard(data, shard));
    }

    static Path segmentsOf(Path shardDirectory) {
        return shardDirectory.resolve("segments");
    }
}
