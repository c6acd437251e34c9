package io.evident.storage.index;

import io.evident.storage.index.active.ActivePart;
import io.evident.storage.index.file.FilePart;
import io.evident.storage.index.file.PartRoom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the parts that are complete, and whose blocks are forced, to their files. A failure costs nobody anything: the part
 * stays in memory, and is tried again after a while. Besides it keeps filters of parts in memory. A duty-cycle agent.
 */
final class PartFiler implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(PartFiler.class);
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(30);

    private final List<IndexedShard> shards = new CopyOnWriteArrayList<>();
    private final LongSupplier clock;
    private final Runnable onChange;
    private final KeptFilters filters;
    private final PartRoom room = new PartRoom();
    private boolean hasFailed;
    private long failedNs;

    /**
     * @param clock nanoseconds that only grow
     * @param onChange is told when a part was written, or turned out to be damaged
     * @param filters of the parts in files, which are kept in memory
     */
    PartFiler(LongSupplier clock, Runnable onChange, KeptFilters filters) {
        this.clock = clock;
        this.onChange = onChange;
        this.filters = filters;
    }

    /** Writes the parts of one shard more. Any thread. */
    void add(IndexedShard shard) {
        shards.add(shard);
    }

    @Override
    public int doWork() {
        return writeAll() + (filters.keepOne(shards) ? 1 : 0);
    }

    private int writeAll() {
        if (hasFailed && clock.getAsLong() - failedNs < RETRY_NS) {
            return 0;
        }
        int work = 0;
        for (IndexedShard shard : shards) {
            ActivePart part = shard.firstWaiting();
            if (part != null && shard.isForced(part)) {
                shard.filing().lock();
                try {
                    work += shard.firstWaiting() == part ? write(shard, part) : 1;
                } finally {
                    shard.filing().unlock();
                }
            }
        }
        return work;
    }

    private int write(IndexedShard shard, ActivePart part) {
        Path directory = shard.files().directoryOf(part.view());
        if (directory == null) {
            shard.drop(part);
            return 1;
        }
        if (!shard.files().mayWrite(directory)) {
            return 0;
        }
        try {
            FilePart file = shard.files().write(part.view(), room, directory, onChange);
            if (!shard.replace(part, file)) {
                shard.files().delete(file.path());
            }
            hasFailed = false;
            onChange.run();
            return 1;
        } catch (IOException | RuntimeException e) {
            hasFailed = true;
            failedNs = clock.getAsLong();
            LOG.warn(
                    "shard {}: a part of the index could not be written to {}; it stays in memory: {}",
                    shard.blocks().shard(),
                    directory,
                    e.toString());
            return 0;
        }
    }

    @Override
    public String roleName() {
        return "index-files";
    }
}
