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
import io.evident.sharding.query.fleet.BlockStretch;
import io.evident.sharding.query.fleet.ShardView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** One count on its way: each shard by itself, then their sum. For one use. */
final class SummaryRun {
    /** A part of an index is looked into at several places. */
    private static final int READS_OF_A_PART = 8;

    private static final Comparator<Group> MOST_FIRST =
            Comparator.comparingLong(Group::count).reversed().thenComparing(Group::value);

    private final SummaryQuery query;
    private final QueryBudget budget;
    private final ReadHelpers helpers;
    private final SummaryGroups groups = new SummaryGroups();

    SummaryRun(SummaryQuery query, QueryBudget budget, ReadHelpers helpers) {
        this.query = query;
        this.budget = budget;
        this.helpers = helpers;
    }

    SummaryAnswer run(List<ShardView> shards) throws IOException {
        List<Piece<UnreadableParts>> pieces = new ArrayList<>();
        for (ShardView shard : shards) {
            pieces.add(new ShardSummary(query, budget, shard, groups)::run);
        }
        ReadHelpers reading = helpers.piecesFor(reads(shards)) > 1 ? helpers : ReadHelpers.NONE;
        UnreadableParts unreadable = new UnreadableParts();
        for (UnreadableParts ofShard : reading.run(pieces)) {
            ofShard.parts().forEach(unreadable::add);
        }
        return groups.isOver() ? refused() : answer(unreadable);
    }

    private long reads(List<ShardView> shards) {
        TimeRange range = query.range();
        long reads = 0;
        for (ShardView shard : shards) {
            reads += READS_OF_A_PART
                    * shard.parts().stream()
                            .filter(part -> !range.misses(part.minTimeNs(), part.maxTimeNs()))
                            .count();
            reads += shard.uncovered().stream().mapToLong(BlockStretch::size).sum();
        }
        return reads;
    }

    private SummaryAnswer refused() {
        return new SummaryAnswer.Refused(groups.areTooMany() ? tooManyGroups() : budget.refusal());
    }

    private Refusal tooManyGroups() {
        return Refusal.of(
                RefusalReason.QUERY_TOO_BROAD,
                query.grouping() instanceof ByTime
                        ? "the answer has more than " + SummaryQuery.MAX_GROUPS
                                + " steps of time; ask with a longer interval, or a shorter time"
                        : "the field has more than " + SummaryGroups.MAX_VALUES + " values; narrow the query");
    }

    private SummaryAnswer answer(UnreadableParts unreadable) {
        List<Group> answered = List.of();
        if (query.grouping() instanceof ByField by) {
            answered = groups.byValue().entrySet().stream()
                    .map(entry -> new Group(entry.getKey(), 0, entry.getValue()[0]))
                    .sorted(MOST_FIRST)
                    .limit(by.limit())
                    .toList();
        } else if (query.grouping() instanceof ByTime by) {
            answered = groups.byStep().entrySet().stream()
                    .map(entry -> new Group(null, stepBegin(entry.getKey(), by.intervalNs()), entry.getValue()[0]))
                    .toList();
        }
        long others = Math.max(0, groups.byValue().size() - answered.size());
        return new SummaryAnswer.Summary(groups.count(), answered, others, false, unreadable.parts());
    }

    /** Where a step begins; the very first one begins where time does. */
    private static long stepBegin(long step, long intervalNs) {
        return Math.multiplyHigh(step, intervalNs) < 0 && step * intervalNs >= 0 ? Long.MIN_VALUE : step * intervalNs;
    }
}
