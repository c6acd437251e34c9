package io.evident.server.config;

/**
 * The journal.
 *
 * @param segmentBytes a segment that has grown to this size is sealed
 * @param segmentHours a segment of this age is sealed
 * @param floorBytes free space below which only CRITICAL events are taken
 * @param reserveBytes what is kept in store for CRITICAL events on a full disk
 * @param aheadBytes how far ahead of a writer the disk backs its file
 * @param indexed whether there is an index
 * @param filterBytes most memory for filters of the index
 * @param archived whether sealed segments are made small
 * @param archiveAfterSeconds how long after it is sealed a segment is left as it is
 * @param archiveBytesPerSecond how much is compressed in a second at most
 */
public record StorageConfig(
        long segmentBytes,
        int segmentHours,
        long floorBytes,
        long reserveBytes,
        int aheadBytes,
        boolean indexed,
        long filterBytes,
        boolean archived,
        int archiveAfterSeconds,
        long archiveBytesPerSecond) {}
