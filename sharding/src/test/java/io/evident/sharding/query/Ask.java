package io.evident.sharding.query;

import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.index.ShardIndex;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EmergencySource;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.Horizon;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.query.fleet.SearchableShard;
import io.evident.sharding.query.fleet.ShardFleet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Short forms for tests: engines over sources, and questions whose filters ask for single values. */
final class Ask {
    private Ask() {}

    static FanOutQueryEngine engine(
            List<? extends BlockSource> sources,
            List<? extends EmergencySource> emergencies,
            ShardHistory history,
            CursorKey key,
            QueryLimits limits) {
        List<ShardIndex> none = new ArrayList<>();
        sources.forEach(source -> none.add(ShardIndex.none()));
        return engine(sources, emergencies, none, history, key, limits);
    }

    static FanOutQueryEngine engine(
            List<? extends BlockSource> sources,
            List<? extends EmergencySource> emergencies,
            List<? extends ShardIndex> indexes,
            ShardHistory history,
            CursorKey key,
            QueryLimits limits) {
        return engine(sources, emergencies, indexes, history, key, limits, ReadHelpers.NONE);
    }

    static FanOutQueryEngine engine(
            List<? extends BlockSource> sources,
            List<? extends EmergencySource> emergencies,
            List<? extends ShardIndex> indexes,
            ShardHistory history,
            CursorKey key,
            QueryLimits limits,
            ReadHelpers helpers) {
        List<SearchableShard> shards = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            EmergencySource emergency = emergencies.isEmpty() ? null : emergencies.get(i);
            shards.add(new SearchableShard(sources.get(i), emergency, indexes.get(i)));
        }
        ShardFleet fleet = new ShardFleet(shards, history);
        return new FanOutQueryEngine(() -> fleet, () -> Horizon.NONE, key, limits, CacheLimits.DEFAULT, helpers);
    }

    static QueryLimits limits(long readBytes, long pageBytes) {
        return new QueryLimits(readBytes, readBytes, pageBytes, 60_000);
    }

    static EventQuery query(
            EventFilter filter, Long fromNs, Long toNs, EventQuery.Order order, int limit, String cursor) {
        return new EventQuery(filter, new TimeRange(fromNs, toNs), order, limit, cursor);
    }

    /** A filter; {@code null} asks for nothing. */
    static EventFilter filter(
            TenantScope scope,
            String tenant,
            String stream,
            String actor,
            String action,
            String resource,
            Outcome outcome,
            Severity severity,
            String label) {
        Map<FilterField, String> wanted = new LinkedHashMap<>();
        wanted.put(FilterField.TENANT, tenant);
        wanted.put(FilterField.STREAM, stream);
        wanted.put(FilterField.ACTOR, actor);
        wanted.put(FilterField.ACTION, action);
        wanted.put(FilterField.RESOURCE, resource);
        wanted.put(FilterField.OUTCOME, outcome == null ? null : outcome.text());
        wanted.put(FilterField.SEVERITY, severity == null ? null : severity.name());
        wanted.put(FilterField.LABEL, label);
        EventFilter filter = EventFilter.all(scope);
        for (Map.Entry<FilterField, String> entry : wanted.entrySet()) {
            if (entry.getValue() != null) {
                filter = filter.and(entry.getKey(), entry.getValue());
            }
        }
        return filter;
    }
}
