package io.evident.storage.index;

import io.evident.pipeline.agent.AgentThread;
import io.evident.pipeline.agent.WakingIdle;
import io.evident.pipeline.index.ShardIndex;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.CommitListener;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.file.FileOperations;
import io.evident.storage.index.file.FilePart;
import io.evident.storage.index.part.ShardPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The indexes of all shards. Two threads keep them: one reads what was journaled and adds it to parts in memory, one writes
 * parts that are complete to files; the road only wakes the first. What is missing or damaged is made from the journal
 * meanwhile, with queries reading what no part covers.
 *
 * <p>Thread-safe. {@link #start} once; {@link #close} before the shards are closed.
 */
public final class ShardIndexes implements CommitListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardIndexes.class);
    private static final long INDEXER_REST_NS = TimeUnit.MILLISECONDS.toNanos(200);
    /** An event waits so long for the index at most while others come: until then queries read its block. */
    private static final long GATHERING_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long FILES_REST_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long END_NS = TimeUnit.SECONDS.toNanos(10);

    private final FileOperations files;
    private final Predicate<Path> hasRoom;
    private final WakingIdle indexerIdle = new WakingIdle(0, INDEXER_REST_NS, GATHERING_NS);
    private final WakingIdle filesIdle = new WakingIdle(0, FILES_REST_NS);
    private final PartMemory memory = new PartMemory();
    private final ShardIndexer indexer = new ShardIndexer(filesIdle::wake);
    private final KeptFilters filters;
    private final PartFiler filer;
    /** By shard; {@code null} where there is none. */
    private volatile IndexedShard[] shards = new IndexedShard[0];

    private AgentThread indexerThread;
    private AgentThread filesThread;

    /**
     * Of no shard yet.
     *
     * @param hasRoom whether the volume of a directory has room for files that could be done without
     * @param filterBytes most memory for what tells of ids and values that they are not in a part
     */
    public ShardIndexes(FileOperations files, Predicate<Path> hasRoom, long filterBytes) {
        this.files = files;
        this.hasRoom = hasRoom;
        this.filters = new KeptFilters(filterBytes);
        this.filer = new PartFiler(System::nanoTime, this::sawDamage, filters);
    }

    /**
     * Takes one shard more, with the parts whose files fit its blocks; before anything is appended to it.
     *
     * @param isForced whether what it holds will survive a power cut, so that files may be made of it
     */
    public synchronized ShardIndex add(ShardBlocks blocks, boolean isForced) {
        PartFiles partFiles = new PartFiles(files, blocks, isForced, hasRoom);
        IndexedShard shard = new IndexedShard(blocks, partFiles, memory, partFiles.openAll(this::sawDamage), isForced);
        IndexedShard[] more = Arrays.copyOf(shards, Math.max(shards.length, blocks.shard() + 1));
        more[blocks.shard()] = shard;
        shards = more;
        memory.shareAmong((int) all().count());
        indexer.add(shard);
        filer.add(shard);
        return shard;
    }

    /**
     * A segment does not hold all its events any more: drops the parts of these blocks, with their files. They are made anew from
     * what is left, unless it is freed. Returns when nothing of what was removed is in a part or a file any more, but where
     * somebody is reading it.
     *
     * @param firstBlock the first block of the segment
     * @param endBlock the one behind its last
     * @throws IOException when a file cannot be removed
     */
    public void renew(int shard, int firstBlock, int endBlock) throws IOException {
        IndexedShard[] known = shards;
        if (shard < known.length && known[shard] != null) {
            known[shard].renew(firstBlock, endBlock);
            indexerIdle.wake();
        }
    }

    /**
     * Removes the files of all parts of a segment, for whoever has no indexes open; that they are gone is on the disk when this
     * returns.
     */
    public static void deleteFiles(FileOperations files, Path segmentDirectory) throws IOException {
        PartFiles.deleteAll(files, segmentDirectory);
    }

    private void sawDamage() {
        indexer.sawDamage();
        indexerIdle.wake();
    }

    /** The index of each shard, in the order of their numbers. */
    public List<ShardIndex> indexes() {
        return all().<ShardIndex>map(shard -> shard).toList();
    }

    private Stream<IndexedShard> all() {
        return Arrays.stream(shards).filter(shard -> shard != null);
    }

    /** Starts the threads; once. */
    public synchronized void start() {
        indexerThread = AgentThread.start(indexer.roleName(), indexer, indexerIdle);
        filesThread = AgentThread.start(filer.roleName(), filer, filesIdle);
    }

    @Override
    public void onJournaled(int shard, BlockInfo info, Block block) {
        indexerIdle.wake();
    }

    @Override
    public void onSynced(int shard, long sequence) {
        IndexedShard[] known = shards;
        if (shard < known.length && known[shard] != null) {
            known[shard].synced(sequence);
        }
    }

    /** One duty cycle of the thread that indexes, for tests that have none; returns whether anything was done. */
    public boolean indexOnce() {
        return indexer.doWork() > 0;
    }

    /** One duty cycle of the thread that writes files, for tests that have none; returns whether anything was done. */
    public boolean fileOnce() {
        return filer.doWork() > 0;
    }

    /** Events that were indexed since the start, also again. */
    public long eventsIndexed() {
        return indexer.eventsIndexed();
    }

    /** Events in the journal that no part covers: queries have to read them. */
    public long eventsBehind() {
        return all().mapToLong(IndexedShard::eventsBehind).sum();
    }

    /** Parts, in memory and in files. */
    public int parts() {
        return all().mapToInt(shard -> shard.all().size()).sum();
    }

    /** Bytes of all files. */
    public long fileBytes() {
        long bytes = 0;
        for (IndexedShard shard : all().toList()) {
            for (ShardPart part : shard.all()) {
                bytes += part instanceof FilePart file ? file.sizeBytes() : 0;
            }
        }
        return bytes;
    }

    /** Bytes of memory of what tells of ids and values that they are not in a part. */
    public long filterBytes() {
        return filters.bytes();
    }

    /** Parts that turned out to be damaged while they were used, since the start. */
    public long damagedParts() {
        return indexer.damagedParts();
    }

    /** Runs of blocks whose parts were made from the journal, as they were missing or damaged, since the start. */
    public long rebuilds() {
        return indexer.rebuilds();
    }

    /** Ends the threads. What is in memory only is made anew at the next start. */
    @Override
    public synchronized void close() {
        long deadlineNs = System.nanoTime() + END_NS;
        for (AgentThread thread : new AgentThread[] {indexerThread, filesThread}) {
            if (thread != null) {
                thread.stop();
            }
        }
        for (AgentThread thread : new AgentThread[] {indexerThread, filesThread}) {
            if (thread != null && !thread.awaitEnd(deadlineNs)) {
                LOG.warn("{} hangs on a volume and is left to itself", thread);
            }
        }
        indexerThread = null;
        filesThread = null;
    }
}
