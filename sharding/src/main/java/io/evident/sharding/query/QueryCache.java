package io.evident.sharding.query;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryQuery;
import io.evident.pipeline.retention.Horizon;
import io.evident.sharding.query.fleet.ShardFleet;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Answers that were given and still hold. Kept for as long as the limits say, by what is asked for most and latest
 * (W-TinyLFU); taken only while {@link AnswerScope} says that nothing can have changed. Thread-safe.
 */
final class QueryCache {
    private static final int BYTES_PER_EVENT = 160;
    private static final int BYTES_PER_GROUP = 96;
    private static final int BYTES_PER_ANSWER = 512;

    /** By the query itself, which is in one normal form and has the caller's tenants in it. */
    private final Cache<Record, Entry> entries;

    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    private record Entry(Object answer, AnswerScope scope, int weightBytes) {}

    QueryCache(CacheLimits limits) {
        // The count is held by weight, too: an answer never weighs less than its share of the bytes.
        int lightest = (int) Math.max(1, Math.min(Integer.MAX_VALUE, limits.bytes() / limits.answers()));
        entries = Caffeine.newBuilder()
                .maximumWeight(limits.bytes())
                .weigher((Record query, Entry entry) -> Math.max(lightest, entry.weightBytes()))
                .expireAfterWrite(limits.keptFor())
                .executor(Runnable::run)
                .recordStats()
                .build();
    }

    /** The answer to a query, if there is one that still holds. */
    QueryAnswer.Page page(EventQuery query, ShardFleet fleet, Horizon horizon) {
        QueryAnswer.Page page = (QueryAnswer.Page) valid(query, fleet, horizon);
        return page == null ? null : new QueryAnswer.Page(page.events(), page.cursor(), true, page.unreadable());
    }

    /** The answer to a query, if there is one that still holds. */
    SummaryAnswer.Summary summary(SummaryQuery query, ShardFleet fleet, Horizon horizon) {
        SummaryAnswer.Summary summary = (SummaryAnswer.Summary) valid(query, fleet, horizon);
        return summary == null
                ? null
                : new SummaryAnswer.Summary(
                        summary.count(), summary.groups(), summary.otherGroups(), true, summary.unreadable());
    }

    private Object valid(Record query, ShardFleet fleet, Horizon horizon) {
        Entry entry = entries.getIfPresent(query);
        if (entry != null && !entry.scope().holds(fleet, horizon)) {
            entries.asMap().remove(query, entry);
            entry = null;
        }
        (entry == null ? misses : hits).increment();
        return entry == null ? null : entry.answer();
    }

    void keep(EventQuery query, QueryAnswer.Page page, AnswerScope scope) {
        long bytes = BYTES_PER_ANSWER;
        for (StoredEvent stored : page.events()) {
            bytes += BYTES_PER_EVENT + stored.event().length();
        }
        keep(query, page, page.unreadable(), scope, bytes);
    }

    void keep(SummaryQuery query, SummaryAnswer.Summary summary, AnswerScope scope) {
        long bytes = BYTES_PER_ANSWER;
        for (SummaryAnswer.Group group : summary.groups()) {
            bytes +=
                    BYTES_PER_GROUP + (group.value() == null ? 0 : group.value().length() * 2L);
        }
        keep(query, summary, summary.unreadable(), scope, bytes);
    }

    /** What was not complete is not kept: a volume may come back. */
    private void keep(Record query, Object answer, List<?> unreadable, AnswerScope scope, long bytes) {
        if (scope != null && unreadable.isEmpty()) {
            entries.put(query, new Entry(answer, scope, (int) Math.min(bytes, Integer.MAX_VALUE)));
        }
    }

    /** What it has done since the start, and holds now. */
    CacheFigures figures() {
        CacheStats stats = entries.stats();
        long bytes = entries.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
        return new CacheFigures(hits.sum(), misses.sum(), stats.evictionCount(), entries.estimatedSize(), bytes);
    }
}
