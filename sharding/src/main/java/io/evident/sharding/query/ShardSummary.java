package io.evident.sharding.query;

import io.evident.event.EventView;
import io.evident.pipeline.filter.EventMatcher;
import io.evident.pipeline.filter.FieldValues;
import io.evident.pipeline.index.BlockRuns;
import io.evident.pipeline.index.EventSet;
import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.query.SummaryQuery;
import io.evident.pipeline.query.SummaryQuery.ByField;
import io.evident.pipeline.query.SummaryQuery.ByTime;
import io.evident.pipeline.query.TimeRange;
import io.evident.sharding.query.fleet.BlockStretch;
import io.evident.sharding.query.fleet.ShardView;
import io.evident.sharding.query.fleet.VisibleBlock;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What one shard has of a count: by the index alone where it covers, by reading elsewhere. For one thread and one use. */
final class ShardSummary {
    private final SummaryQuery query;
    private final EventMatcher matcher;
    private final TimeRange range;
    private final QueryBudget budget;
    private final ShardView shard;
    private final BlockVisits visits;
    private final SummaryGroups groups;
    /** Of the part or block at hand. */
    private final Map<String, long[]> byValue = new HashMap<>();

    private final Map<Long, long[]> byStep = new HashMap<>();
    private long count;

    ShardSummary(SummaryQuery query, QueryBudget budget, ShardView shard, SummaryGroups groups) {
        this.query = query;
        this.matcher = new EventMatcher(query.filter());
        this.range = query.range();
        this.budget = budget;
        this.shard = shard;
        this.groups = groups;
        this.visits = new BlockVisits(budget, query.filter().scope());
    }

    /** Counts, until it is all there or there will be no answer. */
    UnreadableParts run() throws IOException {
        boolean whole = false;
        try {
            shard.unreadable().forEach(visits.unreadable()::add);
            whole = addParts() && addUncovered() && addAll(shard.emergency());
        } finally {
            if (!whole) {
                groups.end();
            }
        }
        return visits.unreadable();
    }

    private boolean addParts() {
        for (IndexPart part : shard.parts()) {
            if (!budget.hasTime() || groups.isOver()) {
                return false;
            }
            if (!range.misses(part.minTimeNs(), part.maxTimeNs())) {
                add(part);
            }
            if (!handOver()) {
                return false;
            }
        }
        return budget.hasTime();
    }

    private boolean handOver() {
        boolean goOn = groups.add(count, byValue, byStep);
        count = 0;
        byValue.clear();
        byStep.clear();
        return goOn;
    }

    private void add(IndexPart part) {
        EventSet events = part.tally(query.filter(), range, shard.horizon());
        int size = events.size();
        if (size == 0) {
            return;
        }
        count += size;
        if (query.grouping() instanceof ByField by) {
            part.count(by.field(), events, this::addValue);
        } else if (query.grouping() instanceof ByTime by) {
            addSteps(part, events, by.intervalNs());
        }
    }

    private void addSteps(IndexPart part, EventSet events, long intervalNs) {
        if (addIfOneStep(part.minTimeNs(), part.maxTimeNs(), events.size(), intervalNs)) {
            return;
        }
        BlockRuns runs = part.runs();
        for (int event = events.next(0); event >= 0; ) {
            int run = runs.runOf(event);
            int behind = behindStep(runs, run, intervalNs);
            int end = runs.endEvent(Math.max(run, behind - 1));
            if (behind > run) {
                addStep(runs.minTimeNs(run), events.size(event, end), intervalNs);
            } else {
                addBlocks(part, events, event, runs.endBlock(run), intervalNs);
            }
            event = next(events, end, part);
        }
    }

    /** Behind the runs that begin here and lie in one and the same step; the run itself when it does not. */
    private static int behindStep(BlockRuns runs, int run, long intervalNs) {
        TimeRange step = stepOf(runs.minTimeNs(run), intervalNs);
        int behind = run;
        while (behind < runs.count() && step.containsAll(runs.minTimeNs(behind), runs.maxTimeNs(behind))) {
            behind++;
        }
        return behind;
    }

    /** Neighbours that lie in one and the same step are counted together: most blocks of a run that is in two of them do. */
    private void addBlocks(IndexPart part, EventSet events, int firstEvent, int endBlock, long intervalNs) {
        int endEvent = part.firstEvent(endBlock);
        for (int event = firstEvent; event >= 0 && event < endEvent; ) {
            int block = part.blockOf(event);
            int behind = behindStep(block, endBlock, intervalNs);
            int end = part.firstEvent(Math.max(behind, block + 1));
            if (behind > block) {
                addStep(shard.info(block).minTimeNs(), events.size(event, end), intervalNs);
            } else {
                for (long timeNs : part.timesNs(block, events)) {
                    addStep(timeNs, 1, intervalNs);
                }
            }
            event = next(events, end, part);
        }
    }

    /** Behind the blocks that begin here and lie in one and the same step; the block itself when it does not. */
    private int behindStep(int block, int endBlock, long intervalNs) {
        TimeRange step = null;
        for (int behind = block; behind < endBlock; behind++) {
            BlockInfo info = shard.info(behind);
            step = step == null ? stepOf(info.minTimeNs(), intervalNs) : step;
            if (!step.containsAll(info.minTimeNs(), info.maxTimeNs())) {
                return behind;
            }
        }
        return endBlock;
    }

    /** The step that a time is in; the first and the last one that there are have only one bound. */
    private static TimeRange stepOf(long timeNs, long intervalNs) {
        long step = Math.floorDiv(timeNs, intervalNs);
        boolean isFirst = step == Math.floorDiv(Long.MIN_VALUE, intervalNs);
        boolean isLast = step == Math.floorDiv(Long.MAX_VALUE, intervalNs);
        return new TimeRange(isFirst ? null : step * intervalNs, isLast ? null : (step + 1) * intervalNs);
    }

    /** The first of some events from one on; -1 when there is none. */
    private static int next(EventSet events, int from, IndexPart part) {
        return from < part.events() ? events.next(from) : -1;
    }

    private boolean addIfOneStep(long minTimeNs, long maxTimeNs, int size, long intervalNs) {
        if (Math.floorDiv(minTimeNs, intervalNs) != Math.floorDiv(maxTimeNs, intervalNs)) {
            return false;
        }
        addStep(minTimeNs, size, intervalNs);
        return true;
    }

    private void addStep(long timeNs, int size, long intervalNs) {
        if (size > 0) {
            byStep.computeIfAbsent(Math.floorDiv(timeNs, intervalNs), step -> new long[1])[0] += size;
        }
    }

    private void addValue(String value, int size) {
        byValue.computeIfAbsent(value, key -> new long[1])[0] += size;
    }

    /** Reads blocks; false when that would cost more than the query may, or there will be no answer. */
    private boolean addUncovered() throws IOException {
        for (BlockStretch stretch : shard.uncovered()) {
            if (!range.misses(stretch.minTimeNs(), stretch.maxTimeNs()) && !addAll(stretch.blocks())) {
                return false;
            }
        }
        return true;
    }

    private boolean addAll(List<VisibleBlock> blocks) throws IOException {
        for (VisibleBlock block : blocks) {
            BlockInfo info = block.info();
            if (range.misses(info.minTimeNs(), info.maxTimeNs())) {
                continue;
            }
            if (groups.isOver() || !visits.visit(block, this::consider) || !handOver()) {
                return false;
            }
        }
        return true;
    }

    private boolean consider(BlockReader reader) {
        EventView event = reader.event();
        if (range.contains(event.timeNs()) && matcher.matches(event)) {
            count++;
            if (query.grouping() instanceof ByField by) {
                FieldValues.of(event, by.field(), value -> addValue(value, 1));
            } else if (query.grouping() instanceof ByTime by) {
                addStep(event.timeNs(), 1, by.intervalNs());
            }
        }
        return true;
    }
}
