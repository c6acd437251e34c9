package io.evident.sharding.query;

import io.evident.event.EventView;
import io.evident.pipeline.filter.EventMatcher;
import io.evident.pipeline.index.BlockRuns;
import io.evident.pipeline.index.EventSet;
import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.index.IndexedEvent;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.EventPlace;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.EventQuery.Order;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.query.TimeRange;
import io.evident.sharding.query.PageBuilder.Entry;
import io.evident.sharding.query.fleet.BlockStretch;
import io.evident.sharding.query.fleet.FoundEvent;
import io.evident.sharding.query.fleet.ShardView;
import io.evident.sharding.query.fleet.VisibleBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * One query on its way. Event time is not monotonic, so whatever may hold wanted events is visited by what it could hold at
 * best: a part of an index is asked for its matching events, these are taken block by block, and blocks that no index covers
 * are read. The search ends as soon as nothing that is left can stand in front of what was found; only the events of the page
 * are read then. For one thread and one use.
 */
final class PageQuery {
    /** So few are put into order block by block at once. */
    private static final int FEW_EVENTS = 64;

    private final EventQuery query;
    private final EventMatcher matcher;
    private final EventPosition after;
    private final TimeRange range;
    private final QueryBudget budget;
    private final QueryCursor cursors;
    private final ReadHelpers helpers;
    private final Comparator<EventPosition> order;
    private final PageBuilder<Hit> page;
    private final BlockVisits visits;
    private final PriorityQueue<Candidate> candidates;

    /** What may hold wanted events. */
    private interface Candidate {
        /** Nothing in it stands in front of this position. */
        EventPosition foremost();

        /** Takes what it holds; false when that would cost more than a query may. */
        boolean visit() throws IOException;
    }

    /** A matching event: read already, or found by the index. */
    private record Hit(StoredEvent read, FoundEvent found) {}

    /**
     * @param after the position behind which the page begins, or {@code null} for the first page
     */
    PageQuery(
            EventQuery query,
            EventMatcher matcher,
            EventPosition after,
            QueryBudget budget,
            QueryCursor cursors,
            ReadHelpers helpers) {
        this.query = query;
        this.matcher = matcher;
        this.after = after;
        this.range = rangeBehind(query, after);
        this.budget = budget;
        this.cursors = cursors;
        this.helpers = helpers;
        this.order = EventPosition.inOrder(query.order());
        this.page = new PageBuilder<>(query.limit(), budget.pageBytes(), order);
        this.visits = new BlockVisits(budget, query.filter().scope());
        this.candidates = new PriorityQueue<>((one, other) -> order.compare(one.foremost(), other.foremost()));
    }

    /** The times that may stand behind a position: those of its own time may, too. */
    private static TimeRange rangeBehind(EventQuery query, EventPosition after) {
        TimeRange range = query.range();
        if (after == null) {
            return range;
        }
        if (query.order() == Order.ASC) {
            boolean later = range.fromNs() == null || after.timeNs() > range.fromNs();
            return later ? new TimeRange(after.timeNs(), range.toNs()) : range;
        }
        boolean earlier =
                after.timeNs() < Long.MAX_VALUE && (range.toNs() == null || after.timeNs() + 1 < range.toNs());
        return earlier ? new TimeRange(range.fromNs(), after.timeNs() + 1) : range;
    }

    QueryAnswer run(List<ShardView> shards) throws IOException {
        for (ShardView shard : shards) {
            shard.parts().forEach(part -> add(shard, part));
            shard.uncovered().forEach(this::add);
            shard.emergency().forEach(this::add);
            shard.unreadable().forEach(visits.unreadable()::add);
        }
        while (!candidates.isEmpty()) {
            Candidate next = candidates.remove();
            if (!page.isOpenFor(next.foremost())) {
                break;
            }
            if (!next.visit()) {
                // A page that nothing can change any more is an answer; only whether it is the last stays open.
                return page.isFullBefore(next.foremost()) ? answer(true) : budget.tooBroad();
            }
        }
        return answer(page.hasMore());
    }

    private void add(ShardView shard, IndexPart part) {
        if (!range.misses(part.minTimeNs(), part.maxTimeNs()) && part.mayFind(query.filter())) {
            candidates.add(new PartCandidate(shard, part));
        }
    }

    private void add(BlockStretch stretch) {
        if (!range.misses(stretch.minTimeNs(), stretch.maxTimeNs())) {
            candidates.add(new StretchCandidate(stretch));
        }
    }

    private void add(VisibleBlock block) {
        BlockInfo info = block.info();
        if (!range.misses(info.minTimeNs(), info.maxTimeNs())) {
            candidates.add(new ReadCandidate(block, foremost(query.order(), block)));
        }
    }

    private static EventPosition foremost(Order order, VisibleBlock block) {
        return order == Order.ASC ? EventPosition.lowest(block) : EventPosition.highest(block);
    }

    /** A part of an index: its matching events are found when its turn comes. */
    private final class PartCandidate implements Candidate {
        private final ShardView shard;
        private final IndexPart part;
        private final EventPosition foremost;

        PartCandidate(ShardView shard, IndexPart part) {
            this.shard = shard;
            this.part = part;
            boolean ascending = query.order() == Order.ASC;
            BlockInfo edge = shard.info(ascending ? part.firstBlock() : part.endBlock() - 1);
            this.foremost = new EventPosition(
                    ascending ? part.minTimeNs() : part.maxTimeNs(),
                    shard.shard(),
                    edge.incarnation(),
                    ascending ? edge.firstSequence() : edge.lastSequence());
        }

        @Override
        public EventPosition foremost() {
            return foremost;
        }

        @Override
        public boolean visit() {
            if (!budget.hasTime()) {
                return false;
            }
            EventSet events = part.search(query.filter(), range, shard.horizon());
            if (events.size() <= FEW_EVENTS) {
                addBlocks(shard, part, events, 0, part.events());
            } else {
                addRuns(events);
            }
            return true;
        }

        private void addRuns(EventSet events) {
            BlockRuns runs = part.runs();
            for (int run = 0; run < runs.count(); run++) {
                int from = runs.firstEvent(run);
                int end = runs.endEvent(run);
                int event = events.next(from);
                if (event >= 0 && event < end) {
                    candidates.add(new RunCandidate(shard, part, events, from, end, foremost(runs, run)));
                }
            }
        }

        private EventPosition foremost(BlockRuns runs, int run) {
            boolean ascending = query.order() == Order.ASC;
            BlockInfo edge = shard.info(ascending ? runs.firstBlock(run) : runs.endBlock(run) - 1);
            return new EventPosition(
                    ascending ? runs.minTimeNs(run) : runs.maxTimeNs(run),
                    shard.shard(),
                    edge.incarnation(),
                    ascending ? edge.firstSequence() : edge.lastSequence());
        }
    }

    /** The matching events of a run of blocks, by the index. */
    private final class RunCandidate implements Candidate {
        private final ShardView shard;
        private final IndexPart part;
        private final EventSet events;
        private final int from;
        private final int end;
        private final EventPosition foremost;

        RunCandidate(ShardView shard, IndexPart part, EventSet events, int from, int end, EventPosition foremost) {
            this.shard = shard;
            this.part = part;
            this.events = events;
            this.from = from;
            this.end = end;
            this.foremost = foremost;
        }

        @Override
        public EventPosition foremost() {
            return foremost;
        }

        @Override
        public boolean visit() {
            addBlocks(shard, part, events, from, end);
            return true;
        }
    }

    /** The blocks that have some of the matching events from one to another. */
    private void addBlocks(ShardView shard, IndexPart part, EventSet events, int from, int end) {
        for (int event = events.next(from); event >= 0 && event < end; ) {
            int block = part.blockOf(event);
            VisibleBlock visible = new VisibleBlock(shard, shard.info(block), false);
            candidates.add(new FoundCandidate(shard, part, events, block, foremost(query.order(), visible)));
            int behind = part.firstEvent(block + 1);
            event = behind < end ? events.next(behind) : -1;
        }
    }

    /** The matching events of one block, by the index. */
    private final class FoundCandidate implements Candidate {
        private final ShardView shard;
        private final IndexPart part;
        private final EventSet events;
        private final int block;
        private final EventPosition foremost;

        FoundCandidate(ShardView shard, IndexPart part, EventSet events, int block, EventPosition foremost) {
            this.shard = shard;
            this.part = part;
            this.events = events;
            this.block = block;
            this.foremost = foremost;
        }

        @Override
        public EventPosition foremost() {
            return foremost;
        }

        @Override
        public boolean visit() throws IOException {
            List<IndexedEvent> inBlock = part.eventsOf(block, events);
            int incarnation = shard.info(block).incarnation();
            for (int i = 0; i < inBlock.size(); i++) {
                // As they most likely stand in the answer.
                IndexedEvent event = inBlock.get(query.order() == Order.ASC ? i : inBlock.size() - 1 - i);
                EventPosition position = new EventPosition(
                        event.timeNs(),
                        shard.shard(),
                        incarnation,
                        event.place().sequence());
                if (isBehindTheCursor(position) && page.isOpenFor(position) && !offer(event.place(), position)) {
                    return false;
                }
            }
            return true;
        }

        private boolean offer(EventPlace place, EventPosition position) throws IOException {
            FoundEvent found = shard.found(place);
            int lengthBytes = found.place().lengthBytes();
            if (query.filter().text() == null) {
                page.offer(position, lengthBytes, () -> new Hit(null, found));
                return true;
            }
            if (!budget.takes(lengthBytes)) {
                return false;
            }
            StoredEvent stored =
                    FoundEvent.readAll(List.of(found), visits.unreadable()::add).get(0);
            if (stored != null && matcher.matches(stored.event())) {
                page.offer(position, lengthBytes, () -> new Hit(stored, null));
            }
            return true;
        }
    }

    /** Blocks that have to be read: each is looked at when their turn comes. */
    private final class StretchCandidate implements Candidate {
        private final BlockStretch stretch;
        private final EventPosition foremost;

        StretchCandidate(BlockStretch stretch) {
            this.stretch = stretch;
            BlockInfo first = stretch.first();
            BlockInfo last = stretch.last();
            int shard = stretch.view().shard();
            this.foremost = query.order() == Order.ASC
                    ? new EventPosition(stretch.minTimeNs(), shard, first.incarnation(), first.firstSequence())
                    : new EventPosition(stretch.maxTimeNs(), shard, last.incarnation(), last.lastSequence());
        }

        @Override
        public EventPosition foremost() {
            return foremost;
        }

        @Override
        public boolean visit() {
            stretch.blocks().forEach(PageQuery.this::add);
            return true;
        }
    }

    /** A block that has to be read, as no index covers it. */
    private final class ReadCandidate implements Candidate {
        private final VisibleBlock block;
        private final EventPosition foremost;

        ReadCandidate(VisibleBlock block, EventPosition foremost) {
            this.block = block;
            this.foremost = foremost;
        }

        @Override
        public EventPosition foremost() {
            return foremost;
        }

        @Override
        public boolean visit() throws IOException {
            return visits.visit(block, reader -> {
                consider(reader);
                return page.isOpenFor(foremost);
            });
        }

        private void consider(BlockReader reader) {
            EventView event = reader.event();
            if (!range.contains(event.timeNs()) || !matcher.matches(event)) {
                return;
            }
            BlockInfo info = block.info();
            EventPosition position = new EventPosition(
                    event.timeNs(), block.shard(), info.incarnation(), block.sequence(reader.sequence()));
            if (isBehindTheCursor(position)) {
                page.offer(position, event.length(), () -> {
                    StoredEvent copy = StoredEvent.copyOf(event, position.shard(), info, position.sequence());
                    return new Hit(copy, null);
                });
            }
        }
    }

    private boolean isBehindTheCursor(EventPosition position) {
        return after == null || order.compare(after, position) < 0;
    }

    private QueryAnswer answer(boolean more) throws IOException {
        List<Entry<Hit>> entries = page.entries();
        List<FoundEvent> toRead = new ArrayList<>();
        for (Entry<Hit> entry : entries) {
            if (entry.event().found() != null) {
                toRead.add(entry.event().found());
            }
        }
        Iterator<StoredEvent> read =
                PageReads.read(toRead, helpers, visits.unreadable()::add).iterator();
        List<StoredEvent> events = new ArrayList<>(entries.size());
        for (Entry<Hit> entry : entries) {
            StoredEvent stored =
                    entry.event().found() != null ? read.next() : entry.event().read();
            if (stored != null) {
                requireWanted(stored, entry);
                events.add(stored);
            }
        }
        String cursor = more ? cursors.write(entries.get(entries.size() - 1).position(), query) : null;
        return new QueryAnswer.Page(
                List.copyOf(events), cursor, false, visits.unreadable().parts());
    }

    /** What the index says is held against the event itself: nobody gets to see what was not asked for. */
    private void requireWanted(StoredEvent stored, Entry<Hit> entry) throws IOException {
        FoundEvent found = entry.event().found();
        if (stored.event().timeNs() != entry.position().timeNs()
                || !matcher.matches(stored.event())
                || (found != null && found.isHidden(stored))) {
            throw new IOException("shard " + stored.shard() + ": the index contradicts the event with sequence "
                    + stored.sequence() + " of incarnation " + stored.incarnation());
        }
    }
}
