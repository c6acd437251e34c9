package io.evident.server.retention;

import io.evident.pipeline.control.RetentionControl;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.recorder.OwnEvents;
import io.evident.pipeline.retention.Horizon;
import io.evident.server.retention.state.RetentionStore;
import io.evident.storage.OpenedShard;
import io.evident.storage.archive.ArchiveWriter;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.retention.SegmentRetention;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How long the events of a server are kept. Its horizon is there from {@link #open} on, for whoever answers about events; the rest
 * begins with {@link #start}, and has ended with {@link #end}, while events are still taken.
 */
public final class Retention {
    private final RetentionStore store;
    private final RetentionFigures figures;
    private final List<StoredShard> shards = new ArrayList<>();
    private RetentionThread thread;
    private RetentionDesk desk;

    private Retention(RetentionStore store, RetentionFigures figures) {
        this.store = store;
        this.figures = figures;
    }

    /**
     * Reads the rules and the horizon of a data directory whose shards are open. No cut is left behind the next sequence of its
     * shard: where the end of a shard was lost, sequences come again, and what is stored under them has not expired.
     *
     * @param shards all of them, by their numbers; nothing was stored in them yet
     * @throws IOException when they cannot be read or are of a later version: then nobody may be told anything
     */
    public static Retention open(Path dataDirectory, List<OpenedShard> shards) throws IOException {
        RetentionStore store = RetentionStore.open(dataDirectory);
        // One that takes nothing now is asked when it does again, at another start.
        store.lower(shards.stream()
                .mapToLong(shard -> shard.failure() == null ? shard.journal().nextSequence() : Long.MAX_VALUE)
                .toArray());
        return new Retention(store, new RetentionFigures(System::nanoTime));
    }

    /** Up to where events have expired now. Any thread. */
    public Horizon horizon() {
        return store.horizon();
    }

    /** What was done since the start. Any thread. */
    public RetentionFigures figures() {
        return figures;
    }

    /**
     * What it works with.
     *
     * @param storage what takes events out of segments at a pace
     * @param blocks the shards as they are now, by their numbers; of the data directory
     * @param writable whether a shard is written to now, on its own volume, or is sealed there
     * @param synced up to which sequence all of a shard is forced
     * @param events makes what stores events of the server's own; one for each thread
     * @param queries who answers about what is kept
     * @param wallNs the wall clock, nanoseconds since 1970
     */
    public record Parts(
            Function<ArchiveWriter.Pace, SegmentRetention> storage,
            Supplier<List<ShardBlocks>> blocks,
            IntPredicate writable,
            IntToLongFunction synced,
            Supplier<OwnEvents> events,
            EventQueries queries,
            LongSupplier wallNs) {}

    /** Lays out the thread and the desk; neither works before {@link #start}. */
    public void lay(Parts parts, RetentionSettings settings) {
        RetentionPace pace = new RetentionPace(settings.bytesPerSecond());
        SegmentRetention storage = parts.storage().apply(pace);
        LongSupplier tickNs = System::nanoTime;
        thread = new RetentionThread(
                new HorizonMover(store, new AgeCuts(pace), figures),
                new SegmentRemover(
                        store, new RetentionAudit(parts.events().get()), figures, settings.rewritePercent(), tickNs),
                () -> shards(storage, parts),
                new SteadyClock(parts.wallNs(), tickNs),
                tickNs,
                pace,
                figures,
                settings.intervalSeconds());
        desk = new RetentionDesk(
                store,
                new RetentionAudit(parts.events().get()),
                figures,
                parts.queries(),
                parts.wallNs(),
                thread::wake);
    }

    /** Those that were added since are new ones. For the retention thread. */
    private List<StoredShard> shards(SegmentRetention storage, Parts parts) {
        List<ShardBlocks> blocks = parts.blocks().get();
        for (ShardBlocks added : blocks.subList(shards.size(), blocks.size())) {
            shards.add(new StoredShard(storage, added, parts.writable(), parts.synced(), System::nanoTime));
        }
        return shards;
    }

    /** Where rules and holds are shown and changed. */
    public RetentionControl control() {
        return desk;
    }

    /** Begins. */
    public void start() {
        thread.start();
    }

    /**
     * Ends, while the road still takes its events.
     *
     * @return whether it has; when not, it hangs at a disk, and the data directory must not be closed under it
     */
    public boolean end(long withinMs) {
        long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(withinMs);
        boolean ended = desk == null || desk.end(withinMs);
        long leftMs = Math.max(1, TimeUnit.NANOSECONDS.toMillis(untilNs - System.nanoTime()));
        return (thread == null || thread.end(leftMs)) && ended;
    }
}
