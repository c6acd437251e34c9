package io.evident.sharding.query;

import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.EventQuery.Order;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.Horizon;
import io.evident.sharding.query.fleet.FleetView;
import io.evident.sharding.query.fleet.SearchableShard;
import io.evident.sharding.query.fleet.ShardFleet;
import io.evident.sharding.query.fleet.ShardView;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * What an answer depends on: the event times that matter to it, how many blocks of each shard were there when it was found,
 * and what had expired. It holds as long as every block that came since lies outside these times, and no more has expired of
 * the tenants that it may be about. Thread-safe.
 */
final class AnswerScope {
    /** Whoever has to look at more new blocks than this asks anew: that is cheaper by then. */
    private static final int MAX_NEW_BLOCKS = 20_000;

    private final int epoch;
    /** Not the views: they would keep parts of the index in memory that are long replaced. */
    private final List<SearchableShard> shards;

    private final TimeRange range;
    private final AtomicIntegerArray blockCounts;
    private final TenantScope tenants;
    /** The latest that is known to hide just what the answer lacks. */
    private volatile Horizon horizon;

    private AnswerScope(EventFilter filter, TimeRange range, FleetView view) {
        String tenant = filter.soleTenant();
        this.epoch = view.fleet().history().current().epoch();
        this.shards = view.shards().stream().map(ShardView::source).toList();
        this.range = range;
        this.blockCounts = new AtomicIntegerArray(
                view.shards().stream().mapToInt(ShardView::blockCount).toArray());
        this.tenants = tenant == null ? filter.scope() : TenantScope.only(tenant);
        this.horizon = view.horizon();
    }

    /** The scope of a page, found in these views of the shards; {@code null} when it may change at any moment. */
    static AnswerScope of(EventQuery query, QueryAnswer.Page page, EventPosition after, FleetView view) {
        return of(query.filter(), rangeThatMatters(query, page, after), view);
    }

    /** The scope of an answer that depends on all events of a range. */
    static AnswerScope of(EventFilter filter, TimeRange range, FleetView view) {
        return view.shards().stream().anyMatch(shard -> shard.hasEmergency(range))
                ? null
                : new AnswerScope(filter, range, view);
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

    /**
     * Whether an answer is still the answer now.
     *
     * @param nowExpired what has expired now
     */
    boolean holds(ShardFleet now, Horizon nowExpired) {
        if (now.history().current().epoch() != epoch || !hidesTheSame(nowExpired)) {
            return false;
        }
        for (int i = 0; i < shards.size(); i++) {
            ShardView current = ShardView.of(shards.get(i), nowExpired);
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

    private boolean hidesTheSame(Horizon now) {
        Horizon known = horizon;
        if (now.version() == known.version()) {
            return true;
        }
        for (SearchableShard shard : shards) {
            if (!known.of(shard.shard()).isSameFor(tenants, now.of(shard.shard()))) {
                return false;
            }
        }
        // As with the counts of blocks: whichever of two threads comes last, it is true.
        horizon = now;
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
