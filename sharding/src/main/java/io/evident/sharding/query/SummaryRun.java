package io.evident.sharding.query;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryAnswer.Group;
import io.evident.pipeline.query.SummaryQuery;
import io.evident.pipeline.query.SummaryQuery.ByField;
import io.evident.pipeline.query.SummaryQuery.ByTime;
import io.evident.pipeline.query.TimeRange;
import io.evident.sharding.query.ReadHelpers.Piece;
import io.evident.sharding.query.fleet.ShardView;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One count on its way: each shard by itself, then their sum. For one use. */
final class SummaryRun {
    /** So many parts of the index are asked by more threads than one: below that, handing over takes longer than it saves. */
    private static final int MANY_PARTS = 2;

    private static final Comparator<Group> MOST_FIRST =
            Comparator.comparingLong(Group::count).reversed().thenComparing(Group::value);

    private final SummaryQuery query;
    private final QueryBudget budget;
    private final ReadHelpers helpers;
    private final UnreadableParts unreadable = new UnreadableParts();
    private final Map<String, long[]> byValue = new HashMap<>();
    private final Map<Long, long[]> byStep = new TreeMap<>();
    private long count;

    SummaryRun(SummaryQuery query, QueryBudget budget, ReadHelpers helpers) {
        this.query = query;
        this.budget = budget;
        this.helpers = helpers;
    }

    SummaryAnswer run(List<ShardView> shards) throws IOException {
        List<ShardSummary> summaries = shards.stream()
                .map(shard -> new ShardSummary(query, budget, shard))
                .toList();
        List<Piece<Boolean>> pieces =
                summaries.stream().map(summary -> (Piece<Boolean>) summary::run).toList();
        boolean isWhole = (isMuch(shards) ? helpers : ReadHelpers.NONE)
                .run(pieces).stream().allMatch(whole -> whole);
        summaries.forEach(this::add);
        return isWhole && !hasTooManyGroups() ? answer() : refused();
    }

    private boolean isMuch(List<ShardView> shards) {
        TimeRange range = query.range();
        return shards.stream()
                        .flatMap(shard -> shard.parts().stream())
                        .filter(part -> !range.misses(part.minTimeNs(), part.maxTimeNs()))
                        .limit(MANY_PARTS)
                        .count()
                == MANY_PARTS;
    }

    private void add(ShardSummary shard) {
        count += shard.count();
        shard.byValue().forEach((value, size) -> byValue.computeIfAbsent(value, key -> new long[1])[0] += size[0]);
        shard.byStep().forEach((step, size) -> byStep.computeIfAbsent(step, key -> new long[1])[0] += size[0]);
        shard.unreadable().parts().forEach(unreadable::add);
    }

    private boolean hasTooManyGroups() {
        return byValue.size() > ShardSummary.MAX_VALUES || byStep.size() > SummaryQuery.MAX_GROUPS;
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
                        : "the field has more than " + ShardSummary.MAX_VALUES + " values; narrow the query");
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
        return new SummaryAnswer.Summary(count, groups, others, false, unreadable.parts());
    }

    /** Where a step begins; the very first one begins where time does. */
    private static long stepBegin(long step, long intervalNs) {
        return Math.multiplyHigh(step, intervalNs) < 0 && step * intervalNs >= 0 ? Long.MIN_VALUE : step * intervalNs;
    }
}
