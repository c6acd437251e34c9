package io.evident.sharding;

import io.evident.event.AuditEvent;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.CommitListener;
import io.evident.pipeline.journal.EventPlace;
import io.evident.pipeline.journal.RemovedEventException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A shard in memory: appended by one thread, read by any. Blocks can be damaged, reads are counted, and something can be made
 * to happen right after it was looked at.
 */
public final class MemoryShard implements BlockSource {
    private final int shard;
    private final List<byte[]> bytes = new CopyOnWriteArrayList<>();
    private final List<BlockInfo> blocks = new CopyOnWriteArrayList<>();
    private final List<Long> foldedThrough = new CopyOnWriteArrayList<>();
    private final Set<Integer> damaged = ConcurrentHashMap.newKeySet();
    private final Set<Integer> freed = ConcurrentHashMap.newKeySet();
    private final Set<Integer> passedBy = ConcurrentHashMap.newKeySet();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger eventReads = new AtomicInteger();
    private final Once afterLook = new Once();
    private volatile Runnable beforeRead = () -> {};
    private CommitListener listener;
    private int incarnation = 1;
    private long nextSequence;

    public MemoryShard(int shard) {
        this.shard = shard;
    }

    public void listener(CommitListener newListener) {
        listener = newListener;
    }

    /** As a restart does. */
    public void nextIncarnation() {
        incarnation++;
    }

    /** As a restart after a power cut does that loses the last blocks. */
    public void loseLastBlocksAndRestart(int count) {
        for (int i = 0; i < count; i++) {
            nextSequence = blocks.remove(blocks.size() - 1).firstSequence();
            bytes.remove(bytes.size() - 1);
            foldedThrough.remove(foldedThrough.size() - 1);
        }
        nextIncarnation();
    }

    public BlockInfo append(Lane lane, AuditEvent... events) {
        return append(lane, List.of(events));
    }

    public BlockInfo append(Lane lane, List<AuditEvent> events) {
        return append(lane, events, foldedThrough(blocks.size()));
    }

    /** Appends what was in the emergency journal up to a position. */
    BlockInfo fold(List<AuditEvent> events, long through) {
        return append(Lane.CRITICAL, events, through);
    }

    private BlockInfo append(Lane lane, List<AuditEvent> events, long folded) {
        Block block = new Block();
        block.begin(lane, 1, nextSequence);
        for (AuditEvent event : events) {
            block.add(TestEvents.view(event));
        }
        BlockInfo info = new BlockInfo(
                1,
                blocks.size(),
                block.lengthBytes(),
                incarnation,
                1,
                lane,
                nextSequence,
                block.count(),
                block.minTimeNs(),
                block.maxTimeNs());
        nextSequence += block.count();
        bytes.add(Arrays.copyOf(block.bytes(), block.lengthBytes()));
        foldedThrough.add(folded);
        blocks.add(info);
        if (listener != null) {
            listener.onJournaled(shard, info, block);
        }
        return info;
    }

    /** Lets something happen once, as soon as somebody has asked how many blocks there are. */
    public void afterNextLook(Runnable what) {
        afterLook.then(what);
    }

    /** Lets something happen before each reading of a block or an event, on the thread that reads. */
    public void beforeEachRead(Runnable what) {
        beforeRead = what;
    }

    public void damage(BlockInfo block) {
        damaged.add((int) block.position());
    }

    /** Takes all events out of a block. */
    public void free(int block) {
        empty(block);
        passedBy.add(block);
    }

    /** The same, but nobody is told yet that it need not be looked at. */
    public void empty(int block) {
        freed.add(block);
    }

    public boolean isFreed(int block) {
        return freed.contains(block);
    }

    @Override
    public int nextKept(int block) {
        int next = block;
        while (passedBy.contains(next)) {
            next++;
        }
        return next;
    }

    public void repair() {
        damaged.clear();
    }

    /** How often a block was read. */
    public int reads() {
        return reads.get();
    }

    public long nextSequence() {
        return nextSequence;
    }

    @Override
    public int shard() {
        return shard;
    }

    @Override
    public int blockCount() {
        int count = blocks.size();
        afterLook.run();
        return count;
    }

    @Override
    public BlockInfo block(int index) {
        return blocks.get(index);
    }

    @Override
    public long foldedThrough(int blockCount) {
        return blockCount == 0 ? 0 : foldedThrough.get(blockCount - 1);
    }

    /** Where the events of a block are. */
    List<EventPlace> places(int block) {
        BlockInfo info = blocks.get(block);
        BlockReader reader = new BlockReader();
        byte[] stored = bytes.get((int) info.position());
        System.arraycopy(stored, 0, reader.buffer(stored.length), 0, stored.length);
        reader.begin(info);
        List<EventPlace> places = new ArrayList<>();
        while (reader.next()) {
            EventView event = reader.event();
            places.add(new EventPlace(block, reader.sequence(), event.offset(), event.length(), 0));
        }
        return places;
    }

    byte[] bytesOf(int block, EventPlace place) {
        byte[] stored = bytes.get((int) blocks.get(block).position());
        return Arrays.copyOfRange(stored, place.offset(), place.offset() + place.lengthBytes());
    }

    @Override
    public byte[] readEvent(BlockInfo block, EventPlace place) throws IOException {
        beforeRead.run();
        eventReads.incrementAndGet();
        if (freed.contains(place.block())) {
            throw new RemovedEventException("event " + place.sequence() + " of shard " + shard);
        }
        if (damaged.contains((int) block.position())) {
            throw new IOException("the checksum is wrong");
        }
        return bytesOf(place.block(), place);
    }

    /** How often a single event was read. */
    public int eventReads() {
        return eventReads.get();
    }

    @Override
    public void read(BlockInfo block, BlockReader into) throws IOException {
        beforeRead.run();
        reads.incrementAndGet();
        if (damaged.contains((int) block.position())) {
            throw new IOException("the checksum is wrong");
        }
        if (freed.contains((int) block.position())) {
            into.beginFreed(block);
            return;
        }
        byte[] stored = bytes.get((int) block.position());
        System.arraycopy(stored, 0, into.buffer(stored.length), 0, stored.length);
        into.begin(block);
    }
}
