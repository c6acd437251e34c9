package io.evident.server.check;

import io.evident.event.EventView;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.storage.ReadOnlyDataDirectory.VerifiedShard;
import io.evident.storage.RemovedCounts;
import io.evident.storage.recovery.VerifyListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what one shard holds while it is verified. Used by the thread that verifies the shard. */
final class ShardTally implements VerifyListener {
    /** Most runs of a server whose ledger is kept. */
    private static final int MAX_RUNS = 100_000;
    /** Records of each run that are known: the last one is compared, or one before it where a part of that is missing. */
    private static final int RECORDS_OF_A_RUN = 8;

    private final int shard;
    private final LongAdder checkedBytes;
    private final Map<Integer, StoredCounts> byIncarnation = new TreeMap<>();
    private final Map<String, TreeMap<Long, List<LedgerPart.Head>>> lastOfRun = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private final StoredCounts removed = new StoredCounts();
    private int records;

    /** @param checkedBytes receives the progress; of all shards together */
    ShardTally(int shard, LongAdder checkedBytes) {
        this.shard = shard;
        this.checkedBytes = checkedBytes;
    }

    @Override
    public void checked(long bytes) {
        checkedBytes.add(bytes);
    }

    @Override
    public void block(BlockReader events) {
        BlockInfo block = events.block();
        StoredCounts counts = byIncarnation.computeIfAbsent(block.incarnation(), absent -> new StoredCounts());
        try {
            while (events.next()) {
                EventView event = events.event();
                counts.add(event, block.lane());
                if (LedgerPart.isOne(event)) {
                    record(event, block.incarnation(), events.sequence());
                }
            }
        } catch (IllegalStateException e) {
            problems.add(
                    "shard " + shard + ": a block with a right checksum holds what is no event: " + e.getMessage());
        }
    }

    /** What was removed was stored: it counts as if it were read. */
    @Override
    public void removed(BlockInfo block, Map<String, Integer> events) {
        StoredCounts counts = byIncarnation.computeIfAbsent(block.incarnation(), absent -> new StoredCounts());
        events.forEach((tenant, count) -> {
            counts.add(tenant, block.lane(), count);
            removed.add(tenant, block.lane(), count);
        });
    }

    private void record(EventView event, int incarnation, long sequence) {
        records++;
        try {
            LedgerPart.Head part =
                    LedgerPart.of(event, shard, incarnation, sequence).head();
            if (lastOfRun.size() < MAX_RUNS || lastOfRun.containsKey(part.run())) {
                TreeMap<Long, List<LedgerPart.Head>> ofRun =
                        lastOfRun.computeIfAbsent(part.run(), absent -> new TreeMap<>());
                ofRun.computeIfAbsent(part.number(), absent -> new ArrayList<>())
                        .add(part);
                if (ofRun.size() > RECORDS_OF_A_RUN) {
                    ofRun.pollFirstEntry();
                }
            }
        } catch (IOException e) {
            problems.add("the event of the ledger at shard " + shard + ", incarnation " + incarnation + ", sequence "
                    + sequence + " cannot be read: " + e.getMessage());
        }
    }

    /** What is wrong with what was counted, a sentence each. */
    List<String> problems() {
        return problems;
    }

    /** How many events of the ledger were seen. */
    int records() {
        return records;
    }

    /** What this shard has of the last records of each run of a server, with the blocks that hold it. */
    Map<LedgerPart.Head, BlockInfo> lastParts(BlockSource blocks) {
        TreeMap<Integer, TreeMap<Long, LedgerPart.Head>> wanted = new TreeMap<>();
        lastOfRun.values().stream()
                .flatMap(ofRun -> ofRun.values().stream())
                .flatMap(List::stream)
                .forEach(part -> wanted.computeIfAbsent(part.incarnation(), absent -> new TreeMap<>())
                        .put(part.sequence(), part));
        Map<LedgerPart.Head, BlockInfo> found = new LinkedHashMap<>();
        for (int i = 0; i < blocks.blockCount() && !wanted.isEmpty(); i++) {
            BlockInfo block = blocks.block(i);
            TreeMap<Long, LedgerPart.Head> here = wanted.get(block.incarnation());
            if (here != null) {
                here.subMap(block.firstSequence(), true, block.lastSequence(), true)
                        .values()
                        .forEach(part -> found.put(part, block));
            }
        }
        return found;
    }

    /** Reads one of them again; {@code null} when it was removed meanwhile. */
    static LedgerPart read(LedgerPart.Head part, VerifiedShard shard, BlockInfo block) throws IOException {
        BlockReader reader = new BlockReader();
        boolean isWhole = shard.removed().read(block, reader).isEmpty();
        while (reader.next()) {
            if (reader.sequence() == part.sequence()) {
                return LedgerPart.of(reader.event(), part.shard(), part.incarnation(), part.sequence());
            }
        }
        if (isWhole) {
            throw new IOException("the event of the ledger at " + part.where() + " is not there any more");
        }
        return null;
    }

    /** What is stored, all incarnations together. */
    StoredCounts stored() {
        StoredCounts all = new StoredCounts();
        byIncarnation.values().forEach(counts -> all.add(counts, 1));
        return all;
    }

    /** What retention removed of it. */
    StoredCounts removed() {
        return removed;
    }

    /**
     * What one incarnation stored up to a sequence; the blocks behind it are read once more.
     *
     * @param sequence -1 for nothing, as of a shard that was sealed
     */
    StoredCounts storedThrough(VerifiedShard shard, int incarnation, long sequence) throws IOException {
        StoredCounts counts = new StoredCounts();
        StoredCounts all = byIncarnation.get(incarnation);
        if (all != null && sequence >= 0) {
            counts.add(all, 1);
            counts.add(storedBehind(shard, incarnation, sequence), -1);
        }
        return counts;
    }

    /** A record of the ledger speaks of whole blocks. */
    private static StoredCounts storedBehind(VerifiedShard shard, int incarnation, long sequence) throws IOException {
        StoredCounts behind = new StoredCounts();
        BlockSource blocks = shard.blocks();
        RemovedCounts gone = shard.removed();
        BlockReader reader = new BlockReader();
        for (int i = 0; i < blocks.blockCount(); i++) {
            BlockInfo block = blocks.block(i);
            if (block.incarnation() == incarnation && block.lastSequence() > sequence) {
                Map<String, Integer> removed = gone.read(block, reader);
                while (reader.next()) {
                    if (reader.sequence() > sequence) {
                        behind.add(reader.event(), block.lane());
                    }
                }
                if (block.firstSequence() > sequence) {
                    removed.forEach((tenant, count) -> behind.add(tenant, block.lane(), count));
                }
            }
        }
        return behind;
    }
}
