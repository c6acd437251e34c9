package io.evident.storage.retention;

import io.evident.storage.removed.PackedRows;
import io.evident.storage.removed.TenantNames;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * What a segment still holds, block by block and per tenant. Packed, some ten bytes for each tenant of a block: a segment may have
 * hundreds of thousands of blocks of many tenants each. Immutable.
 */
final class SegmentContents {
    private final TenantNames names;
    /** Per block: see {@link Builder#add(Map)}. */
    private final PackedRows blocks;

    private final long oldestReceivedNs;

    /** @param oldestReceivedNs the earliest time at which one of its events was received */
    SegmentContents(TenantNames names, PackedRows blocks, long oldestReceivedNs) {
        this.names = names;
        this.blocks = blocks;
        this.oldestReceivedNs = oldestReceivedNs;
    }

    /** Puts it together, block by block. For one thread, and one time. */
    static final class Builder {
        private final TenantNames names = new TenantNames();
        private final PackedRows blocks = new PackedRows();

        /**
         * The next block, by tenant: the smallest first sequence and the latest time of all, then for each its number, events,
         * bytes, and how far its first sequence, its last one and its latest time are from these.
         */
        void add(Map<String, TenantTally> block) {
            blocks.begin();
            if (block.isEmpty()) {
                return;
            }
            long first = Long.MAX_VALUE;
            long newestNs = Long.MIN_VALUE;
            for (TenantTally tally : block.values()) {
                first = Math.min(first, tally.firstSequence());
                newestNs = Math.max(newestNs, tally.newestReceivedNs());
            }
            blocks.add(first);
            blocks.add(newestNs);
            for (Map.Entry<String, TenantTally> each : block.entrySet()) {
                TenantTally tally = each.getValue();
                blocks.add(names.number(each.getKey()));
                blocks.add(tally.events());
                blocks.add(tally.bytes());
                blocks.add(tally.firstSequence() - first);
                blocks.add(tally.lastSequence() - tally.firstSequence());
                blocks.add(newestNs - tally.newestReceivedNs());
            }
        }

        int blocks() {
            return blocks.rows();
        }

        SegmentContents build(long oldestReceivedNs) {
            return new SegmentContents(names, blocks, oldestReceivedNs);
        }
    }

    int blocks() {
        return blocks.rows();
    }

    /** What a block holds, by tenant. */
    Map<String, TenantTally> block(int index) {
        Map<String, TenantTally> tenants = new HashMap<>();
        read(index, tenants::put);
        return tenants;
    }

    /** The latest time at which an event of a block was received; {@link Long#MIN_VALUE} when nothing is left of it. */
    long newestReceivedNs(int index) {
        PackedRows.Row row = blocks.row(index);
        if (!row.hasNext()) {
            return Long.MIN_VALUE;
        }
        row.next();
        return row.next();
    }

    private void read(int index, BiConsumer<String, TenantTally> to) {
        PackedRows.Row row = blocks.row(index);
        if (row.hasNext()) {
            long blockFirst = row.next();
            long blockNewestNs = row.next();
            while (row.hasNext()) {
                String tenant = names.name((int) row.next());
                long events = row.next();
                long bytes = row.next();
                long first = blockFirst + row.next();
                long last = first + row.next();
                to.accept(tenant, new TenantTally(events, bytes, first, last, blockNewestNs - row.next()));
            }
        }
    }

    /** By tenant, of all blocks together. */
    Map<String, TenantTally> tenants() {
        Map<String, TenantTally> all = new HashMap<>();
        for (int i = 0; i < blocks.rows(); i++) {
            read(i, (tenant, tally) -> all.merge(tenant, tally, TenantTally::and));
        }
        return all;
    }

    long oldestReceivedNs() {
        return oldestReceivedNs;
    }

    /** The names that the blocks are packed with. */
    TenantNames names() {
        return names;
    }

    /** The blocks as they are packed. */
    PackedRows packed() {
        return blocks;
    }
}
