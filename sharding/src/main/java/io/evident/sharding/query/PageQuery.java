package io.evident.sharding.query;

import io.evident.event.EventView;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.EventQuery.Order;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * One query on its way. Event time is not monotonic, so the blocks of all shards are visited by what they could hold at
 * best, and the scan ends as soon as no block that is left can hold anything in front of what was found. Blocks outside
 * the wanted times are never read. For one thread and one use.
 */
final class PageQuery {
    private final EventQuery query;
    private final EventMatcher matcher;
    private final EventPosition after;
    private final QueryLimits limits;
    private final QueryCursor cursors;
    private final Comparator<EventPosition> order;
    private final PageBuilder page;
    private final BlockVisits visits = new BlockVisits();

    /** A block that may hold something, and the position in front of which it surely holds nothing. */
    private record Candidate(BlockSource source, BlockInfo block, EventPosition foremost) {}

    /**
     * @param after the position behind which the page begins, or {@code null} for the first page
     */
    PageQuery(EventQuery query, EventMatcher matcher, EventPosition after, QueryLimits limits, QueryCursor cursors) {
        this.query = query;
        this.matcher = matcher;
        this.after = after;
        this.limits = limits;
        this.cursors = cursors;
        this.order = EventPosition.inOrder(query.order());
        this.page = new PageBuilder(query.limit(), limits.pageBytes(), order);
    }

    QueryAnswer run(List<BlockSource> shards) throws IOException {
        PriorityQueue<Candidate> candidates = new PriorityQueue<>(Comparator.comparing(Candidate::foremost, order));
        for (BlockSource source : shards) {
            addCandidates(source, candidates);
        }
        while (!candidates.isEmpty()) {
            Candidate next = candidates.remove();
            if (!page.isOpenFor(next.foremost())) {
                break;
            }
            if (visits.readBytes() + next.block().lengthBytes() > limits.readBytes()) {
                // A page that nothing can change any more is an answer; only whether it is the last stays open.
                return page.isFullBefore(next.foremost()) ? answer(true) : tooBroad();
            }
            visits.visit(next.source(), next.block(), reader -> {
                consider(next, reader);
                return page.isOpenFor(next.foremost());
            });
        }
        return answer(page.hasMore());
    }

    private void addCandidates(BlockSource source, PriorityQueue<Candidate> candidates) {
        int count = source.blockCount();
        for (int i = 0; i < count; i++) {
            // Times mostly ascend with the index: the best first makes each addition to the heap cheap.
            BlockInfo block = source.block(query.order() == Order.ASC ? i : count - 1 - i);
            if (mayHoldWanted(source.shard(), block)) {
                candidates.add(new Candidate(source, block, foremost(query.order(), source.shard(), block)));
            }
        }
    }

    private boolean mayHoldWanted(int shard, BlockInfo block) {
        if (query.fromNs() != null && block.maxTimeNs() < query.fromNs()) {
            return false;
        }
        if (query.toNs() != null && block.minTimeNs() >= query.toNs()) {
            return false;
        }
        Order backwards = query.order() == Order.ASC ? Order.DESC : Order.ASC;
        return after == null || order.compare(after, foremost(backwards, shard, block)) < 0;
    }

    private static EventPosition foremost(Order order, int shard, BlockInfo block) {
        return order == Order.ASC ? EventPosition.lowest(shard, block) : EventPosition.highest(shard, block);
    }

    private void consider(Candidate candidate, BlockReader reader) {
        EventView event = reader.event();
        long timeNs = event.timeNs();
        if ((query.fromNs() != null && timeNs < query.fromNs())
                || (query.toNs() != null && timeNs >= query.toNs())
                || !matcher.matches(event)) {
            return;
        }
        BlockInfo block = candidate.block();
        EventPosition position =
                new EventPosition(timeNs, candidate.source().shard(), block.incarnation(), reader.sequence());
        if (after == null || order.compare(after, position) < 0) {
            page.offer(event, position, block.lane());
        }
    }

    private QueryAnswer answer(boolean more) {
        List<StoredEvent> events = page.events();
        String cursor = more ? cursors.write(EventPosition.of(events.get(events.size() - 1)), query) : null;
        return new QueryAnswer.Page(List.copyOf(events), cursor, false);
    }

    private QueryAnswer tooBroad() {
        return new QueryAnswer.Refused(Refusal.of(
                RefusalReason.QUERY_TOO_BROAD,
                "the answer needs more than the " + limits.readBytes() + " bytes that a query may read; narrow it by"
                        + " time with from and to, or name tenant and stream"));
    }
}
