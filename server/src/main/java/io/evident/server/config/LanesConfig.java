package io.evident.server.config;

/**
 * How much may wait for the writers. Each number is for all shards together; a shard's share of a lane is rounded down to
 * a power of two.
 *
 * @param criticalEvents room of the CRITICAL lanes
 * @param elevatedEvents room of the ELEVATED lanes
 * @param standardEvents room of the STANDARD lanes
 * @param overflowBytes buffers for events that do not fit inline in their lane
 */
public record LanesConfig(int criticalEvents, int elevatedEvents, int standardEvents, long overflowBytes) {}
