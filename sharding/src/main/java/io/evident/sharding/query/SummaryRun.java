package io.evident.sharding.query;

import io.evident.event.EventView;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.filter.EventMatcher;
import io.evident.pipeline.filter.FieldValues;
import io.evident.pipeline.index.BlockRuns;
import io.evident.pipeline.index.EventSet;
import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryAnswer.Group;
import io.evident.pipeline.query.SummaryQuery;
import io.evident.pipeline.query.SummaryQuery.ByField;
import io.evident.pipeline.query.SummaryQuery.ByTime;
import io.evident.pipeline.query.TimeRange;
import io.evident.sharding.query.fleet.ShardView;
import io.evident.sharding.query.fleet.VisibleBlock;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One count on its way: by the index alone where it covers, by reading elsewhere. For one thread and one use.
 */
final class SummaryRun {
    /** Most values that are counted at a time; an answer with more is refused. */
    private static final int MAX_VALUES = 1_000_000;

    private static final Comparator<Group> MOST_FIRST =
            Comparator.comparingLong(Group::count).reversed().thenComparing(Group::value);

    private final SummaryQuery query;
    private final EventMatcher matcher;
    private final TimeRange range;
    private final QueryBudget budget;
    private final BlockVisits visits;
    private final Map<String, long[]> byValue = new HashMap<>();
    private final Map<Long, long[]> byStep = new TreeMap<>();
    private long count;

    SummaryRun(SummaryQuery query, EventMatcher matcher, QueryBudget budget) {
        this.query = query;
        this.matcher = matcher;
        this.range = query.range();
        this.budget = budget;
        this.visits = new BlockVisits(budget, query.filter().scope());
    }

    SummaryAnswer run(List<ShardView> shards) throws IOException {
        for (ShardView shard : shards) {
            shard.unreadable().forEach(visits.unreadable()::add);
            for (IndexPart part : shard.parts()) {
                if (!range.misses(part.minTimeNs(), part.maxTimeNs())) {
                    add(shard, part);
                }
                if (!budget.hasTime() || hasTooManyGroups()) {
                    return refused();
                }
            }
            if (!addAll(shard.uncovered()) || !addAll(shard.emergency()) || hasTooManyGroups()) {
                return refused();
            }
        }
        return answer();
    }

    private boolean hasTooManyGroups() {
        return byValue.size() > MAX_VALUES || byStep.size() > SummaryQuery.MAX_GROUPS;
    }

    private SummaryAnswer refused() {
        return new SummaryAnswer.Refused(!hasTooManyGroups() ? budget.refusal() : tooManyGroups());
    }

    private Refusal tooManyGroups() {
        return Refusal.of(
                RefusalReason.QUERY_TOO_BROAD,
                query.grouping() instanceof ByTime
                        ? "the answer has more than " + SummaryQuery.MAX_GROUPS
                                + " steps of time; ask with a longer interval, or a shorter time"
                        : "the field has more than " + MAX_VALUES + " values; narrow the query");
    }

    private void add(ShardView shard, IndexPart part) {
        EventSet events = part.tally(query.filter(), range, shard.horizon());
        int size = events.size();
        if (size == 0) {
            return;
        }
        count += size;
        if (query.grouping() instanceof ByField by) {
            part.count(by.field(), events, this::addValue);
        } else if (query.grouping() instanceof ByTime by) {
            addSteps(shard, part, events, by.intervalNs());
        }
    }

    private void addSteps(ShardView shard, IndexPart part, EventSet events, long intervalNs) {
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
                addBlocks(shard, part, events, event, runs.endBlock(run), intervalNs);
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
    private void addBlocks(
            ShardView shard, IndexPart part, EventSet events, int firstEvent, int endBlock, long intervalNs) {
        int endEvent = part.firstEvent(endBlock);
        for (int event = firstEvent; event >= 0 && event < endEvent; ) {
            int block = part.blockOf(event);
            int behind = behindStep(shard, block, endBlock, intervalNs);
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
    private static int behindStep(ShardView shard, int block, int endBlock, long intervalNs) {
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

    /** Reads blocks; false when that would cost more than the query may. */
    private boolean addAll(List<VisibleBlock> blocks) throws IOException {
        for (VisibleBlock block : blocks) {
            BlockInfo info = block.info();
            if (!range.misses(info.minTimeNs(), info.maxTimeNs()) && !visits.visit(block, this::consider)) {
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

    private SummaryAnswer answer() {
        List<Group> groups = List.of();
        if (query.grouping() instanceof ByField by) {
            groups = byValue.entrySet().stream()
                    .map(entry -> new Group(entry.getKey(), 0, entry.getValue()[0]))
                    .sorted(MOST_FIRST)
                    .limit(by.limit())
                    .toList();
        } else if (query.grouping() instanceof ByTime by) {
            groups = byStep.entrySet().stream()
                    .map(entry -> new Group(null, stepBegin(entry.getKey(), by.intervalNs()), entry.getValue()[0]))
                    .toList();
        }
        long others = Math.max(0, byValue.size() - groups.size());
        return new SummaryAnswer.Summary(
                count, groups, others, false, visits.unreadable().parts());
    }

    /** Where a step begins; the very first one begins where time does. */
    private static long stepBegin(long step, long intervalNs) {
        return Math.multiplyHigh(step, intervalNs) < 0 && step * intervalNs >= 0 ? Long.MIN_VALUE : step * intervalNs;
    }
}
