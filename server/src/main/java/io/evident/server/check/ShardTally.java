package io.evident.server.check;

import io.evident.event.EventView;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.storage.VerifyListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what one shard holds while it is verified. Used by the thread that verifies the shard. */
final class ShardTally implements VerifyListener {
    /** Most records of the ledger that are kept; of each run only the last one is compared. */
    private static final int MAX_RECORDS = 100_000;

    private final int shard;
    private final LongAdder checkedBytes;
    private final Map<Integer, StoredCounts> byIncarnation = new TreeMap<>();
    private final Map<List<Integer>, LedgerRecord> lastOfRun = new TreeMap<>(ShardTally::compare);
    private final List<String> problems = new ArrayList<>();
    private int records;

    /** @param checkedBytes receives the progress; of all shards together */
    ShardTally(int shard, LongAdder checkedBytes) {
        this.shard = shard;
        this.checkedBytes = checkedBytes;
    }

    private static int compare(List<Integer> one, List<Integer> other) {
        return one.toString().compareTo(other.toString());
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
                if (LedgerRecord.isOne(event)) {
                    record(event, block.incarnation(), events.sequence());
                }
            }
        } catch (IllegalStateException e) {
            problems.add(
                    "shard " + shard + ": a block with a right checksum holds what is no event: " + e.getMessage());
        }
    }

    private void record(EventView event, int incarnation, long sequence) {
        String where = "shard " + shard + ", incarnation " + incarnation + ", sequence " + sequence;
        records++;
        try {
            LedgerRecord record = LedgerRecord.of(event, where);
            if (lastOfRun.size() < MAX_RECORDS) {
                lastOfRun.merge(record.incarnations(), record, (a, b) -> a.recordedNs() > b.recordedNs() ? a : b);
            }
        } catch (IOException e) {
            problems.add("the ledger record at " + where + " cannot be read: " + e.getMessage());
        }
    }

    /** What is wrong with what was counted, a sentence each. */
    List<String> problems() {
        return problems;
    }

    /** How many records of the ledger were seen. */
    int records() {
        return records;
    }

    /** The last record of each run of a server that this shard has. */
    List<LedgerRecord> lastRecords() {
        return List.copyOf(lastOfRun.values());
    }

    /** What is stored, all incarnations together. */
    StoredCounts stored() {
        StoredCounts all = new StoredCounts();
        byIncarnation.values().forEach(counts -> all.add(counts, 1));
        return all;
    }

    /** What one incarnation stored up to a sequence; the blocks behind it are read once more. */
    StoredCounts storedThrough(BlockSource blocks, int incarnation, long sequence) throws IOException {
        StoredCounts counts = new StoredCounts();
        StoredCounts all = byIncarnation.get(incarnation);
        if (all != null) {
            counts.add(all, 1);
            counts.add(storedBehind(blocks, incarnation, sequence), -1);
        }
        return counts;
    }

    private static StoredCounts storedBehind(BlockSource blocks, int incarnation, long sequence) throws IOException {
        StoredCounts behind = new StoredCounts();
        BlockReader reader = new BlockReader();
        for (int i = 0; i < blocks.blockCount(); i++) {
            BlockInfo block = blocks.block(i);
            if (block.incarnation() == incarnation && block.lastSequence() > sequence) {
                blocks.read(block, reader);
                while (reader.next()) {
                    if (reader.sequence() > sequence) {
                        behind.add(reader.event(), block.lane());
                    }
                }
            }
        }
        return behind;
    }
}
