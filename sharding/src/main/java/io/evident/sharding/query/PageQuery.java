package io.evident.sharding.query;

import io.evident.event.EventView;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
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
    private record Candidate(VisibleBlock block, EventPosition foremost) {}

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

    QueryAnswer run(List<ShardView> shards) throws IOException {
        PriorityQueue<Candidate> candidates = new PriorityQueue<>(Comparator.comparing(Candidate::foremost, order));
        for (ShardView shard : shards) {
            addCandidates(shard, candidates);
            shard.unreadable().forEach(visits.unreadable()::add);
        }
        while (!candidates.isEmpty()) {
            Candidate next = candidates.remove();
            if (!page.isOpenFor(next.foremost())) {
                break;
            }
            if (visits.readBytes() + next.block().info().lengthBytes() > limits.readBytes()) {
                // A page that nothing can change any more is an answer; only whether it is the last stays open.
                return page.isFullBefore(next.foremost()) ? answer(true) : tooBroad();
            }
            visits.visit(next.block(), reader -> {
                consider(next.block(), reader);
                return page.isOpenFor(next.foremost());
            });
        }
        return answer(page.hasMore());
    }

    private void addCandidates(ShardView shard, PriorityQueue<Candidate> candidates) {
        int count = shard.blockCount();
        for (int i = 0; i < count; i++) {
            // Times mostly ascend with the index: the best first makes each addition to the heap cheap.
            addCandidate(shard.block(query.order() == Order.ASC ? i : count - 1 - i), candidates);
        }
        for (VisibleBlock block : shard.emergency()) {
            addCandidate(block, candidates);
        }
    }

    private void addCandidate(VisibleBlock block, PriorityQueue<Candidate> candidates) {
        if (mayHoldWanted(block)) {
            candidates.add(new Candidate(block, foremost(query.order(), block)));
        }
    }

    private boolean mayHoldWanted(VisibleBlock block) {
        if (query.fromNs() != null && block.info().maxTimeNs() < query.fromNs()) {
            return false;
        }
        if (query.toNs() != null && block.info().minTimeNs() >= query.toNs()) {
            return false;
        }
        Order backwards = query.order() == Order.ASC ? Order.DESC : Order.ASC;
        return after == null || order.compare(after, foremost(backwards, block)) < 0;
    }

    private static EventPosition foremost(Order order, VisibleBlock block) {
        return order == Order.ASC ? EventPosition.lowest(block) : EventPosition.highest(block);
    }

    private void consider(VisibleBlock block, BlockReader reader) {
        EventView event = reader.event();
        long timeNs = event.timeNs();
        if ((query.fromNs() != null && timeNs < query.fromNs())
                || (query.toNs() != null && timeNs >= query.toNs())
                || !matcher.matches(event)) {
            return;
        }
        BlockInfo info = block.info();
        EventPosition position =
                new EventPosition(timeNs, block.shard(), info.incarnation(), block.sequence(reader.sequence()));
        if (after == null || order.compare(after, position) < 0) {
            page.offer(event, position, info.lane());
        }
    }

    private QueryAnswer answer(boolean more) {
        List<StoredEvent> events = page.events();
        String cursor = more ? cursors.write(EventPosition.of(events.get(events.size() - 1)), query) : null;
        return new QueryAnswer.Page(
                List.copyOf(events), cursor, false, visits.unreadable().parts());
    }

    private QueryAnswer tooBroad() {
        return new QueryAnswer.Refused(Refusal.of(
                RefusalReason.QUERY_TOO_BROAD,
                "the answer needs more than the " + limits.readBytes() + " bytes that a query may read; narrow it by"
                        + " time with from and to, or name tenant and stream"));
    }
}
