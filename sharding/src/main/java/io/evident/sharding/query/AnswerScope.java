package io.evident.sharding.query;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.EventQuery.Order;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.query.TimeRange;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * What an answer depends on: the event times that matter to it, and how many blocks of each shard were there when it was
 * found. It holds as long as every block that came since lies outside these times. Thread-safe.
 */
final class AnswerScope {
    /** Whoever has to look at more new blocks than this asks anew: that is cheaper by then. */
    private static final int MAX_NEW_BLOCKS = 20_000;

    private final int epoch;
    /** Not the views: they would keep parts of the index in memory that are long replaced. */
    private final List<SearchableShard> shards;

    private final TimeRange range;
    private final AtomicIntegerArray blockCounts;

    private AnswerScope(ShardFleet fleet, List<ShardView> shards, TimeRange range) {
        this.epoch = fleet.history().current().epoch();
        this.shards = shards.stream().map(ShardView::source).toList();
        this.range = range;
        this.blockCounts = new AtomicIntegerArray(
                shards.stream().mapToInt(ShardView::blockCount).toArray());
    }

    /** The scope of a page, found in these views of the shards; {@code null} when it may change at any moment. */
    static AnswerScope of(
            EventQuery query, QueryAnswer.Page page, EventPosition after, ShardFleet fleet, List<ShardView> shards) {
        return of(rangeThatMatters(query, page, after), fleet, shards);
    }

    /** The scope of an answer that depends on all events of a range. */
    static AnswerScope of(TimeRange range, ShardFleet fleet, List<ShardView> shards) {
        return shards.stream().anyMatch(shard -> shard.hasEmergency(range))
                ? null
                : new AnswerScope(fleet, shards, range);
    }

    /** A page that is not the last does not depend on what stands behind it; no page on what stands before its cursor. */
    private static TimeRange rangeThatMatters(EventQuery query, QueryAnswer.Page page, EventPosition after) {
        Long fromNs = query.range().fromNs();
        Long toNs = query.range().toNs();
        boolean ascending = query.order() == Order.ASC;
        if (after != null && ascending) {
            fromNs = after.timeNs();
        } else if (after != null && after.timeNs() < Long.MAX_VALUE) {
            toNs = after.timeNs() + 1;
        }
        if (page.cursor() != null && !page.events().isEmpty()) {
            StoredEvent last = page.events().get(page.events().size() - 1);
            long lastNs = last.event().timeNs();
            if (!ascending) {
                fromNs = lastNs;
            } else if (lastNs < Long.MAX_VALUE) {
                toNs = lastNs + 1;
            }
        }
        return new TimeRange(fromNs, toNs);
    }

    /** Whether an answer is still the answer now. */
    boolean holds(ShardFleet now) {
        if (now.history().current().epoch() != epoch) {
            return false;
        }
        for (int i = 0; i < shards.size(); i++) {
            ShardView current = ShardView.of(shards.get(i));
            int known = blockCounts.get(i);
            if (current.hasEmergency(range)
                    || current.blockCount() - known > MAX_NEW_BLOCKS
                    || anyMatters(current, known)) {
                return false;
            }
            // Two threads may do this at a time: at worst, blocks are looked at once more.
            blockCounts.set(i, current.blockCount());
        }
        return true;
    }

    private boolean anyMatters(ShardView current, int known) {
        for (int block = known; block < current.blockCount(); block++) {
            BlockInfo info = current.info(block);
            if (!range.misses(info.minTimeNs(), info.maxTimeNs())) {
                return true;
            }
        }
        return false;
    }
}
