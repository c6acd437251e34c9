package io.evident.pipeline;

import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.writer.EmergencyWriter;
import io.evident.pipeline.writer.ShardCommitter;
import io.evident.pipeline.writer.ShardContext;
import io.evident.pipeline.writer.ShardWriter;

/**
 * The part of the road that one shard has for itself. A sealed one has nobody who writes: neither writer, committer,
 * emergency writer nor group.
 *
 * @param emergencyWriter {@code null} when it has no emergency path
 * @param group the writer thread it belongs to
 */
record ShardRoad(
        ShardContext shard,
        BlockSource source,
        ShardWriter writer,
        ShardCommitter committer,
        EmergencyWriter emergencyWriter,
        WriterGroup group) {
    boolean isSealed() {
        return writer == null;
    }
}
