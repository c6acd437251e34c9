package io.evident.pipeline;

import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EmergencyStore;
import io.evident.pipeline.journal.Journal;

/**
 * What a shard's part of the road is laid over.
 *
 * @param journal the writable side of the shard's journal
 * @param source its readable side
 * @param emergency its emergency journal, or {@code null} for a shard without: then a CRITICAL event whose lane is full is
 *     refused
 */
public record ShardStores(Journal journal, BlockSource source, EmergencyStore emergency) {}
