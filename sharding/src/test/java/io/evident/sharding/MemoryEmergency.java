package io.evident.sharding;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.EmergencySource;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The emergency journal of a {@link MemoryShard}, in memory. Blocks are folded into the shard and discarded when a test says,
 * also in the middle of a query.
 */
public final class MemoryEmergency implements EmergencySource {
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Kept(BlockInfo info, List<AuditEvent> events, byte[] bytes) {}

    private final MemoryShard shard;
    private final List<Kept> kept = new CopyOnWriteArrayList<>();
    private final Once afterLook = new Once();
    private final Once beforeRead = new Once();
    private int incarnation = 1;
    private long nextPosition = 1;
    private boolean damaged;

    public MemoryEmergency(MemoryShard shard) {
        this.shard = shard;
    }

    /** Restarts it and its shard. */
    public void nextIncarnation() {
        incarnation++;
        shard.nextIncarnation();
    }

    public BlockInfo append(AuditEvent... events) {
        return append(List.of(events));
    }

    public BlockInfo append(List<AuditEvent> events) {
        Block block = new Block();
        block.begin(Lane.CRITICAL, 1, nextPosition);
        events.forEach(event -> block.add(TestEvents.view(event)));
        BlockInfo info = new BlockInfo(
                0,
                nextPosition,
                block.lengthBytes(),
                incarnation,
                1,
                Lane.CRITICAL,
                nextPosition,
                block.count(),
                block.minTimeNs(),
                block.maxTimeNs());
        nextPosition += block.count();
        kept.add(new Kept(info, List.copyOf(events), Arrays.copyOf(block.bytes(), block.lengthBytes())));
        return info;
    }

    /** Folds the oldest block that is not folded; returns it as it is in the shard now, {@code null} when there is none. */
    public BlockInfo foldNext() {
        long folded = foldedThrough();
        for (Kept each : kept) {
            if (each.info().lastSequence() > folded) {
                return shard.fold(each.events(), each.info().lastSequence());
            }
        }
        return null;
    }

    /** Folds everything. */
    public void fold() {
        while (foldNext() != null) {
            // One block after the other.
        }
    }

    /** Drops what is folded, as the committer does after the force. */
    public void discardFolded() {
        long folded = foldedThrough();
        kept.removeIf(each -> each.info().lastSequence() <= folded);
    }

    private long foldedThrough() {
        return shard.foldedThrough(shard.blockCount());
    }

    /** Lets something happen once, as soon as somebody has asked for the blocks. */
    public void afterNextLook(Runnable what) {
        afterLook.then(what);
    }

    /** Lets something happen once, before the next block is read. */
    public void beforeNextRead(Runnable what) {
        beforeRead.then(what);
    }

    /** Lets no block be read from now on. */
    public void damage() {
        damaged = true;
    }

    @Override
    public int shard() {
        return shard.shard();
    }

    @Override
    public List<BlockInfo> blocks() {
        List<BlockInfo> now = kept.stream().map(Kept::info).toList();
        afterLook.run();
        return now;
    }

    @Override
    public void read(BlockInfo block, BlockReader into) throws IOException {
        beforeRead.run();
        for (Kept each : kept) {
            if (each.info().equals(block) && !damaged) {
                byte[] bytes = each.bytes();
                System.arraycopy(bytes, 0, into.buffer(bytes.length), 0, bytes.length);
                into.begin(block);
                return;
            }
        }
        throw new IOException(damaged ? "the checksum is wrong" : "it is kept no more");
    }
}
