package io.evident.bench;

import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.load.intake.SyntheticEvents;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.lane.LaneSlot;
import io.evident.storage.segment.BlockHash;
import io.evident.storage.segment.EnvelopeLayout;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A block of 1,000 events of 256 bytes: built from ring slots, given its envelope, hashed. Each figure is for one event. */
@State(Scope.Thread)
public class BlockBenchmark {
    /** As many as a lane of a shard has as shipped, so that slots come from memory as they do there. */
    private static final int SLOTS = 1 << 14;

    private final byte[][] slots = new byte[SLOTS][LaneSlot.INLINE_BYTES];
    private final int[] lengths = new int[SLOTS];
    private final Block block = new Block();
    private final CRC32C crc = new CRC32C();
    private final BlockHash hash = new BlockHash();
    private final byte[] previousHash = new byte[EnvelopeLayout.HASH_BYTES];
    private final byte[] eventHash = new byte[EnvelopeLayout.HASH_BYTES];
    private final EventView view = new EventView();
    private Encoded events;
    private int next;
    private long sequence;

    @Setup
    public void fill() {
        events = Encoded.of(SyntheticEvents.list(1, Frames.EVENT_BYTES, 0));
        for (int i = 0; i < SLOTS; i++) {
            byte[] event = events.next();
            System.arraycopy(event, 0, slots[i], 0, event.length);
            lengths[i] = event.length;
        }
        build();
    }

    @Benchmark
    @OperationsPerInvocation(Block.MAX_EVENTS)
    public int build() {
        block.begin(Lane.STANDARD, 1, sequence);
        while (block.hasRoom(lengths[next])) {
            block.add(slots[next], 0, lengths[next], sequence++);
            next = (next + 1) & (SLOTS - 1);
        }
        return block.count();
    }

    /** Nearly all of it is the CRC32C of the whole block. */
    @Benchmark
    @OperationsPerInvocation(Block.MAX_EVENTS)
    public byte[] envelope() {
        EnvelopeLayout.write(block, 1, 7, 0, previousHash, crc);
        return block.bytes();
    }

    /** The link that the next block carries: SHA-256 of the whole block. */
    @Benchmark
    @OperationsPerInvocation(Block.MAX_EVENTS)
    public byte[] sha256OfBlock() {
        hash.hash(block.bytes(), 0, block.lengthBytes(), previousHash);
        return previousHash;
    }

    /** SHA-256 of each event by itself, as the leaf of a hash tree has it. */
    @Benchmark
    public byte[] sha256OfEvent() {
        events.show(view);
        hash.hash(view.bytes(), view.offset(), view.length(), eventHash);
        return eventHash;
    }
}
