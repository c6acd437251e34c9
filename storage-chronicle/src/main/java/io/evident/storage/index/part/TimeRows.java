package io.evident.storage.index.part;

import io.evident.pipeline.index.BlockRuns;
import io.evident.pipeline.query.TimeRange;
import io.evident.storage.index.events.Events;
import io.evident.storage.index.events.Numbers;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * Which events of a part are within a range of time: whole runs of blocks, and blocks, where their smallest and largest time
 * tell, and event by event only where a bound falls within a block. Used once.
 */
final class TimeRows {
    /** So few are looked at one by one. */
    private static final int FEW = 64;

    private final PartView part;
    private final TimeRange range;
    private final MutableRoaringBitmap rows = new MutableRoaringBitmap();
    private int from;
    private int to;

    TimeRows(PartView part, TimeRange range) {
        this.part = part;
        this.range = range;
    }

    /** Those of some events that are within the range. */
    Events of(Events events) {
        if (events.size() <= FEW) {
            return ofFew(events);
        }
        BlockRuns runs = part.runs();
        for (int run = 0; run < runs.count(); run++) {
            if (range.containsAll(runs.minTimeNs(run), runs.maxTimeNs(run))) {
                add(runs.firstEvent(run), runs.endEvent(run));
            } else if (!range.misses(runs.minTimeNs(run), runs.maxTimeNs(run))) {
                addBlocks(runs.firstBlock(run) - part.firstBlock(), runs.endBlock(run) - part.firstBlock());
            }
        }
        return events.and(found());
    }

    private void addBlocks(int firstBlock, int endBlock) {
        for (int block = firstBlock; block < endBlock; block++) {
            long minTimeNs = part.minTimeNs(block);
            long maxTimeNs = part.maxTimeNs(block);
            if (!range.misses(minTimeNs, maxTimeNs)) {
                int first = part.firstEventOf(block);
                int end = block + 1 == part.blocks() ? part.events() : part.firstEventOf(block + 1);
                if (range.containsAll(minTimeNs, maxTimeNs)) {
                    add(first, end);
                } else {
                    addWithin(block, first, end);
                }
            }
        }
    }

    private Events ofFew(Events events) {
        Numbers kept = new Numbers();
        for (int event = events.next(0); event >= 0; event = events.next(event + 1)) {
            if (range.contains(part.timeNs(event))) {
                kept.add(event);
            }
        }
        return kept.sorted();
    }

    private void addWithin(int block, int first, int end) {
        for (int event = first; event < end; event++) {
            if (range.contains(part.timeNs(block, event))) {
                add(event, event + 1);
            }
        }
    }

    private void add(int first, int end) {
        if (first != to) {
            keepRow();
            from = first;
        }
        to = end;
    }

    private void keepRow() {
        if (from < to) {
            rows.add((long) from, to);
        }
    }

    private Events found() {
        if (rows.isEmpty()) {
            return Events.row(from, to);
        }
        keepRow();
        return Events.bitmap(rows);
    }
}
