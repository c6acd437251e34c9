package io.evident.bench;

import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.load.dataset.DataSet;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryQuery;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.Horizon;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.query.CacheLimits;
import io.evident.sharding.query.CursorKey;
import io.evident.sharding.query.FanOutQueryEngine;
import io.evident.sharding.query.QueryLimits;
import io.evident.sharding.query.ReadHelpers;
import io.evident.sharding.query.fleet.SearchableShard;
import io.evident.sharding.query.fleet.ShardFleet;
import io.evident.storage.index.ShardIndexes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Queries over indexed events of the large data set in four shards, on one thread without helpers; nothing is answered from
 * the cache of answers, while the files are in the page cache.
 */
@State(Scope.Thread)
public class QueryBenchmark {
    private static final int SHARDS = 4;
    private static final long FILTER_BYTES = 1L << 26;

    /** How many are stored. */
    @Param("400000")
    public int events;

    private final SplittableRandom random = new SplittableRandom(9);
    private DataSet set;
    private FilledShards filled;
    private ShardIndexes indexes;
    private FanOutQueryEngine engine;
    private final EventFilter[] actors = new EventFilter[1_024];

    @Setup
    public void fill() throws IOException {
        set = new DataSet(1, events);
        filled = FilledShards.with(set, SHARDS);
        indexes = filled.data().openIndexes(FILTER_BYTES);
        Arrays.setAll(actors, unused -> ofActor(set.event(random.nextLong(events / 2))));
        index();
        List<SearchableShard> shards = new ArrayList<>();
        for (int i = 0; i < SHARDS; i++) {
            shards.add(new SearchableShard(
                    filled.shards().get(i).blocks(),
                    filled.shards().get(i).emergency().blocks(),
                    indexes.indexes().get(i)));
        }
        ShardFleet fleet = new ShardFleet(shards, ShardHistory.first(SHARDS));
        engine = new FanOutQueryEngine(
                () -> fleet,
                () -> Horizon.NONE,
                CursorKey.random(),
                QueryLimits.DEFAULT,
                // No answer is as small.
                new CacheLimits(1, 1, Duration.ofSeconds(1)),
                ReadHelpers.NONE);
    }

    private static EventFilter ofActor(AuditEvent event) {
        return EventFilter.all(TenantScope.only(event.tenant())).and(FilterField.ACTOR, event.actorId());
    }

    private void index() {
        for (int i = 0; i < SHARDS; i++) {
            indexes.onSynced(i, filled.shards().get(i).journal().nextSequence() - 1);
        }
        boolean more = true;
        while (more) {
            boolean hasIndexed = indexes.indexOnce();
            more = indexes.fileOnce() || hasIndexed;
        }
        if (indexes.eventsBehind() > 0) {
            throw new IllegalStateException(indexes.eventsBehind() + " events are not indexed");
        }
    }

    @TearDown
    public void close() throws IOException {
        indexes.close();
        filled.close();
    }

    /** The newest 100 events of a tenant's actor; the busy ones are asked for more often. */
    @Benchmark
    public QueryAnswer pageOfActor() throws IOException {
        return page(actors[random.nextInt(actors.length)]);
    }

    /** The newest 100 denied events of all tenants. */
    @Benchmark
    public QueryAnswer pageOfDenied() throws IOException {
        return page(EventFilter.all(TenantScope.allButSystem()).and(FilterField.OUTCOME, Outcome.DENIED.text()));
    }

    private QueryAnswer page(EventFilter filter) throws IOException {
        long end = set.timeUs(random.nextLong(events / 2, events)) * 1_000;
        QueryAnswer answer =
                engine.query(new EventQuery(filter, new TimeRange(null, end), EventQuery.Order.DESC, 100, null));
        if (!(answer instanceof QueryAnswer.Page page) || page.events().isEmpty() || page.cacheHit()) {
            throw new IllegalStateException("no page of its own: " + answer);
        }
        return answer;
    }

    /** How many events of an action a tenant has in a time. */
    @Benchmark
    public SummaryAnswer count() throws IOException {
        List<String> actions = DataSet.actions();
        EventFilter filter = EventFilter.all(TenantScope.only("org-" + random.nextInt(DataSet.TENANTS)))
                .and(FilterField.ACTION, actions.get(random.nextInt(actions.size())));
        long from = set.timeUs(random.nextLong(events / 2)) * 1_000;
        return engine.summarize(new SummaryQuery(filter, new TimeRange(from, null), new SummaryQuery.Total()));
    }

    /** One event by its id. */
    @Benchmark
    public List<StoredEvent> findById() throws IOException {
        List<StoredEvent> found = engine.find(set.id(random.nextLong(events)), TenantScope.allButSystem());
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " events have this id");
        }
        return found;
    }
}
