package io.evident.sharding.query;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.EventMatcher;
import io.evident.pipeline.index.IndexDamagedException;
import io.evident.pipeline.journal.RemovedEventException;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.PageForm;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryQuery;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.Horizon;
import io.evident.sharding.query.fleet.BlockMovedException;
import io.evident.sharding.query.fleet.FleetView;
import io.evident.sharding.query.fleet.ShardFleet;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Answers queries from the shards that can hold the answer: one for a tenant's stream (and those it lived in during earlier
 * epochs), all otherwise, where the index of each tells what it holds. The caller's thread reads, and helpers beside it where
 * there is much; no more is read than the answer needs. Thread-safe.
 */
public final class FanOutQueryEngine implements EventQueries {
    /**
     * Each time a block has to go the whole way from the one journal to the other, and be written over, during one look; or
     * events have to expire and be removed.
     */
    private static final int MAX_LOOKS = 10;

    private final Supplier<ShardFleet> fleet;
    private final Supplier<Horizon> horizon;
    private final QueryCursor cursors;
    private final QueryLimits limits;
    private final QueryCache cache;
    private final ReadHelpers helpers;

    /**
     * @param fleet the shards as they are when a query comes
     * @param horizon what has expired when a query comes: it is in no answer that is begun then. Never goes back
     * @param helpers read beside a query's own thread; whoever starts them ends them, behind the last query
     */
    public FanOutQueryEngine(
            Supplier<ShardFleet> fleet,
            Supplier<Horizon> horizon,
            CursorKey key,
            QueryLimits limits,
            CacheLimits cacheLimits,
            ReadHelpers helpers) {
        this.fleet = fleet;
        this.horizon = horizon;
        this.cursors = new QueryCursor(key);
        this.limits = limits;
        this.cache = new QueryCache(cacheLimits);
        this.helpers = helpers;
    }

    /** What the cache has done since the start, and holds now. */
    public CacheFigures cacheFigures() {
        return cache.figures();
    }

    /**
     * Answers a query.
     *
     * @return a page, or a refusal: {@link RefusalReason#INVALID_QUERY} for reversed times and for a cursor that is none
     *     or another query's, {@link RefusalReason#QUERY_TOO_BROAD}
     * @throws IOException when an event that belongs to the answer, or a block that may hold one, cannot be read; the
     *     message names shard and place
     */
    @Override
    public QueryAnswer query(EventQuery query) throws IOException {
        return answer(query, null);
    }

    @Override
    public QueryAnswer query(EventQuery query, PageForm form) throws IOException {
        return answer(query, form);
    }

    /** Answers a query with a page as it is, or in a form when there is one. */
    private QueryAnswer answer(EventQuery query, PageForm form) throws IOException {
        if (query.range().isReversed()) {
            return new QueryAnswer.Refused(invalid("from", "from is later than to"));
        }
        EventPosition after = null;
        if (query.cursor() != null) {
            QueryCursor.Reading reading = cursors.read(query.cursor(), query);
            if (reading.complaint() != null) {
                return new QueryAnswer.Refused(invalid("cursor", reading.complaint()));
            }
            after = reading.position();
        }
        EventMatcher matcher = new EventMatcher(query.filter());
        if (matcher.matchesNothing()) {
            QueryAnswer.Page nothing = new QueryAnswer.Page(List.of(), null, false);
            return form == null ? nothing : form.write(nothing);
        }
        ShardFleet shards = fleet.get();
        QueryAnswer known = cache.page(query, form, shards, horizon.get());
        if (known != null) {
            return known;
        }
        EventPosition behind = after;
        Found found = look(() -> ask(query, matcher, behind, shards));
        return found.answer() instanceof QueryAnswer.Page page
                ? cache.keep(query, page, form, found.scope())
                : found.answer();
    }

    /**
     * What was found for a page.
     *
     * @param scope what a page depends on; {@code null} when it may change at any moment
     */
    private record Found(QueryAnswer answer, AnswerScope scope) {}

    private Found ask(EventQuery query, EventMatcher matcher, EventPosition after, ShardFleet shards)
            throws IOException {
        FleetView view = FleetView.of(shards, horizon.get(), query.filter());
        QueryBudget budget = new QueryBudget(query.filter(), isBounded(query.range()), limits);
        QueryAnswer answer = new PageQuery(query, matcher, after, budget, cursors, helpers).run(view.shards());
        return new Found(
                answer, answer instanceof QueryAnswer.Page page ? AnswerScope.of(query, page, after, view) : null);
    }

    /**
     * Counts.
     *
     * @return a summary, or a refusal: {@link RefusalReason#INVALID_QUERY} for reversed times and for a text, {@link
     *     RefusalReason#QUERY_TOO_BROAD}
     * @throws IOException when a block that no index covers cannot be read
     */
    @Override
    public SummaryAnswer summarize(SummaryQuery query) throws IOException {
        if (query.range().isReversed()) {
            return new SummaryAnswer.Refused(invalid("from", "from is later than to"));
        }
        if (query.filter().text() != null) {
            return new SummaryAnswer.Refused(
                    invalid("text", "text cannot be counted, as no index knows it; ask for the events themselves"));
        }
        if (new EventMatcher(query.filter()).matchesNothing()) {
            return new SummaryAnswer.Summary(0, List.of(), 0, false, List.of());
        }
        ShardFleet shards = fleet.get();
        SummaryAnswer.Summary known = cache.summary(query, shards, horizon.get());
        return known != null ? known : look(() -> sumUp(query, shards));
    }

    private SummaryAnswer sumUp(SummaryQuery query, ShardFleet shards) throws IOException {
        FleetView view = FleetView.of(shards, horizon.get(), query.filter());
        QueryBudget budget = new QueryBudget(query.filter(), isBounded(query.range()), limits);
        SummaryAnswer answer = new SummaryRun(query, budget, helpers).run(view.shards());
        if (answer instanceof SummaryAnswer.Summary summary) {
            cache.keep(query, summary, AnswerScope.of(query.filter(), query.range(), view));
        }
        return answer;
    }

    /** Looks an id up. */
    @Override
    public List<StoredEvent> find(UUID id, TenantScope scope) throws IOException {
        ShardFleet shards = fleet.get();
        return look(() -> new IdSearch(id, scope, limits)
                .run(FleetView.of(shards, horizon.get(), EventFilter.all(scope)).shards()));
    }

    @Override
    public String cursorBehind(EventQuery query, UUID id) throws IOException {
        EventMatcher matcher = new EventMatcher(query.filter());
        // The same id may be in several tenants: whatever follows the first of them is not to be left out.
        return find(id, query.filter().scope()).stream()
                .filter(stored -> query.range().contains(stored.event().timeNs()) && matcher.matches(stored.event()))
                .map(EventPosition::of)
                .min(EventPosition.inOrder(query.order()))
                .map(position -> cursors.write(position, query))
                .orElse(null);
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
            } catch (BlockMovedException | RemovedEventException e) {
                if (looks == MAX_LOOKS) {
                    throw e;
                }
            } catch (IndexDamagedException e) {
                // The index has let go of that part: the next look reads the blocks instead.
                if (looks == MAX_LOOKS) {
                    throw new IOException("parts of the index are damaged, one after the other: " + e.getMessage(), e);
                }
            }
        }
    }

    private static Refusal invalid(String field, String detail) {
        return new Refusal(RefusalReason.INVALID_QUERY, field, detail);
    }

    private static boolean isBounded(TimeRange range) {
        return range.fromNs() != null && range.toNs() != null;
    }
}
