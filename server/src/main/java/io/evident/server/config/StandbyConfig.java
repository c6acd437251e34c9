package io.evident.server.config;

import java.nio.file.Path;

/**
 * Where shards go on when the data volume fails.
 *
 * @param directory on another volume, or {@code null} for nowhere
 * @param retainedBytes memory per shard for what is appended and not yet forced
 * @param forceTimeoutMs a force that takes longer counts as failed
 */
public record StandbyConfig(Path directory, int retainedBytes, long forceTimeoutMs) {}
