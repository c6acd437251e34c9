package io.evident.sharding.query;

import io.evident.event.EventView;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EmergencySource;
import io.evident.pipeline.query.EventFilter;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.PartlyUnreadableException;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.SlotHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Answers queries by a scan over the blocks of those shards that can hold the answer: one for a tenant's stream (and
 * those it lived in during earlier epochs), all otherwise. The caller's thread reads; the shards are merged block by
 * block, so that no more is read than the page needs. Thread-safe.
 */
public final class FanOutQueryEngine implements EventQueries {
    /** Each time a block has to go the whole way from the one journal to the other, and be written over, during one look. */
    private static final int MAX_LOOKS = 10;

    private final List<BlockSource> sources;
    private final List<EmergencySource> emergencies;
    private final ShardHistory history;
    private final QueryCursor cursors;
    private final QueryLimits limits;

    /**
     * @param sources one for each shard, by shard
     * @param emergencies the emergency journal of each shard, or none at all
     * @throws IllegalArgumentException when the sources are not those of the history's shards
     */
    public FanOutQueryEngine(
            List<BlockSource> sources,
            List<EmergencySource> emergencies,
            ShardHistory history,
            CursorKey key,
            QueryLimits limits) {
        this.sources = List.copyOf(sources);
        this.emergencies = List.copyOf(emergencies);
        this.history = history;
        this.cursors = new QueryCursor(key);
        this.limits = limits;
        if (sources.size() != history.current().shardCount()) {
            throw new IllegalArgumentException(
                    sources.size() + " sources for " + history.current().shardCount() + " shards");
        }
        for (int shard = 0; shard < sources.size(); shard++) {
            if (sources.get(shard).shard() != shard
                    || (!emergencies.isEmpty() && emergencies.get(shard).shard() != shard)) {
                throw new IllegalArgumentException(
                        "the source of shard " + sources.get(shard).shard() + " stands in the place of shard " + shard);
            }
        }
    }

    /**
     * Answers a query.
     *
     * @return a page, or a refusal: {@link RefusalReason#INVALID_QUERY} for reversed times and for a cursor that is none
     *     or another query's, {@link RefusalReason#QUERY_TOO_BROAD}
     * @throws IOException when a block that may belong to the answer cannot be read; the message names shard and block
     */
    @Override
    public QueryAnswer query(EventQuery query) throws IOException {
        if (query.fromNs() != null && query.toNs() != null && query.fromNs() > query.toNs()) {
            return invalid("from", "from is later than to");
        }
        EventPosition after = null;
        if (query.cursor() != null) {
            QueryCursor.Reading reading = cursors.read(query.cursor(), query);
            if (reading.complaint() != null) {
                return invalid("cursor", reading.complaint());
            }
            after = reading.position();
        }
        EventMatcher matcher = new EventMatcher(query.filter());
        if (matcher.matchesNothing()) {
            return new QueryAnswer.Page(List.of(), null, false);
        }
        EventPosition behind = after;
        return look(() -> new PageQuery(query, matcher, behind, limits, cursors).run(shardsFor(matcher)));
    }

    /** Something that begins with a look at shards. */
    @FunctionalInterface
    private interface Look<T> {
        T run() throws IOException;
    }

    private static <T> T look(Look<T> look) throws IOException {
        for (int looks = 1; ; looks++) {
            try {
                return look.run();
            } catch (BlockMovedException e) {
                if (looks == MAX_LOOKS) {
                    throw e;
                }
            }
        }
    }

    private static QueryAnswer invalid(String field, String detail) {
        return new QueryAnswer.Refused(new Refusal(RefusalReason.INVALID_QUERY, field, detail));
    }

    private List<ShardView> shardsFor(EventMatcher matcher) {
        if (matcher.tenant() == null || matcher.stream() == null) {
            return allShards();
        }
        return history.shardsOf(SlotHash.slotOfStream(matcher.tenant(), matcher.stream())).stream()
                .mapToObj(this::view)
                .toList();
    }

    private List<ShardView> allShards() {
        return IntStream.range(0, sources.size()).mapToObj(this::view).toList();
    }

    private ShardView view(int shard) {
        return ShardView.of(sources.get(shard), emergencies.isEmpty() ? null : emergencies.get(shard));
    }

    /**
     * Looks an id up, the newest blocks first. Reads everything, unless the scope is a single tenant, whose one event ends
     * the search.
     *
     * @throws IOException when a block that may hold it cannot be read; the message names shard and block
     */
    @Override
    public List<StoredEvent> find(UUID id, TenantScope scope) throws IOException {
        return look(() -> search(id, scope));
    }

    private List<StoredEvent> search(UUID id, TenantScope scope) throws IOException {
        IdSearch search = new IdSearch(id, scope);
        List<ShardView> shards = allShards();
        int[] unread = shards.stream().mapToInt(ShardView::blockCount).toArray();
        for (ShardView shard : shards) {
            for (VisibleBlock block : shard.emergency()) {
                search.visit(block);
            }
        }
        boolean reading = true;
        while (reading) {
            reading = false;
            for (int shard = 0; shard < unread.length && !search.isOver(); shard++) {
                if (unread[shard] > 0) {
                    unread[shard]--;
                    search.visit(shards.get(shard).block(unread[shard]));
                    reading = true;
                }
            }
        }
        if (search.events.isEmpty()) {
            search.requireAllReadable(shards);
        }
        return search.events;
    }

    /** One look-up on its way. */
    private static final class IdSearch {
        private final long idHigh;
        private final long idLow;
        private final EventMatcher matcher;
        private final BlockVisits visits = new BlockVisits();
        private final List<StoredEvent> events = new ArrayList<>();

        IdSearch(UUID id, TenantScope scope) {
            idHigh = id.getMostSignificantBits();
            idLow = id.getLeastSignificantBits();
            matcher = new EventMatcher(EventFilter.all(scope));
        }

        /** Whether nothing more can be found: ids are unique per tenant. */
        boolean isOver() {
            return matcher.tenant() != null && !events.isEmpty();
        }

        /** It may be in what cannot be read: then nobody may be told that there is no such event. */
        void requireAllReadable(List<ShardView> shards) throws PartlyUnreadableException {
            shards.forEach(shard -> shard.unreadable().forEach(visits.unreadable()::add));
            if (!visits.unreadable().isEmpty()) {
                throw new PartlyUnreadableException(visits.unreadable().parts());
            }
        }

        void visit(VisibleBlock block) throws IOException {
            visits.visit(block, reader -> {
                consider(block, reader);
                return !isOver();
            });
        }

        private void consider(VisibleBlock block, BlockReader reader) {
            EventView event = reader.event();
            if (event.idHigh() == idHigh && event.idLow() == idLow && matcher.matches(event)) {
                BlockInfo info = block.info();
                long sequence = block.sequence(reader.sequence());
                events.add(new StoredEvent(event, block.shard(), info.incarnation(), sequence, info.lane()));
            }
        }
    }
}
