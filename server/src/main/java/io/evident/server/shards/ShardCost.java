package io.evident.server.shards;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.storage.DataDirectory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;

/**
 * What one more shard costs at once, and whether there is that much.
 *
 * @param memoryBytes of its lanes and queues
 * @param diskBytes that it reserves
 * @param laneBytes of events that may wait in its lanes
 * @param overflowBytes of larger events that may wait in the lanes of all shards together
 */
public record ShardCost(long memoryBytes, long diskBytes, long laneBytes, long overflowBytes) {
    /** So much of what is free may be taken at most: the rest is for the events themselves. */
    private static final int SHARE = 2;

    private static final int MIB = 1 << 20;

    /** Why there is no room for so many more, or {@code null}. */
    Refusal refusal(int shards, DataDirectory data) throws IOException {
        long memory = shards * memoryBytes;
        long freeMemory = freeMemoryBytes();
        if (memory > freeMemory / SHARE) {
            return Refusal.of(
                    RefusalReason.BUSY,
                    shards + " more shards take " + memory / MIB
                            + " MiB of memory for their lanes, and may take half of the " + freeMemory / MIB
                            + " MiB that are free; start the server with more memory or smaller lanes");
        }
        long disk = shards * diskBytes + data.space().floorBytes();
        long freeDisk = data.freeBytes();
        return disk <= freeDisk
                ? null
                : Refusal.of(
                        RefusalReason.DISK_FULL,
                        shards + " more shards need " + disk / MIB + " MiB on the disk with what has to stay free, and "
                                + freeDisk / MIB + " MiB are free");
    }

    /** What so many shards may have on the road: as much has to stay free on a disk, so that none of it is refused for room. */
    long onTheRoadBytes(int shards) {
        return shards * laneBytes + overflowBytes;
    }

    /** Of the heap's limit, what was not in use behind the last collection. */
    private static long freeMemoryBytes() {
        long used = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage kept = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
            used += kept == null ? 0 : kept.getUsed();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.maxMemory() - (used > 0 ? used : runtime.totalMemory() - runtime.freeMemory());
    }
}
