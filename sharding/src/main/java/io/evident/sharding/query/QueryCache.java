package io.evident.sharding.query;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.PageForm;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryQuery;
import io.evident.pipeline.retention.Horizon;
import io.evident.sharding.query.fleet.ShardFleet;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Answers that were given and still hold. Kept for as long as the limits say, by what is asked for most and latest
 * (W-TinyLFU); taken only while {@link AnswerScope} says that nothing can have changed. Thread-safe.
 */
final class QueryCache {
    /** Besides its own bytes: the objects of an event and of the view of it. */
    private static final int BYTES_PER_EVENT = 232;

    private static final int BYTES_PER_PIECE = 24;
    private static final int BYTES_PER_GROUP = 96;
    private static final int BYTES_PER_ANSWER = 512;

    /** By the query itself, which is in one normal form and has the caller's tenants in it. */
    private final Cache<Record, Entry> entries;

    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /**
     * One answer.
     *
     * @param answer as it is given, but for being a hit
     * @param form what a written page was written by, else {@code null}
     */
    private record Entry(Object answer, PageForm form, AnswerScope scope, int weightBytes) {
        /** Events can still be written in any form; what was written has its own. */
        boolean serves(PageForm wanted) {
            return form == null || form == wanted;
        }
    }

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

    /**
     * The answer to a query, if there is one that still holds.
     *
     * @param form how it has to be written; {@code null} for the events themselves
     */
    QueryAnswer page(EventQuery query, PageForm form, ShardFleet fleet, Horizon horizon) throws IOException {
        Entry entry = valid(query, form, fleet, horizon);
        if (entry == null) {
            return null;
        }
        if (entry.answer() instanceof QueryAnswer.WrittenPage written) {
            return new QueryAnswer.WrittenPage(written.events(), written.cursor(), true, written.unreadable());
        }
        QueryAnswer.Page page = (QueryAnswer.Page) entry.answer();
        QueryAnswer.Page hit = new QueryAnswer.Page(page.events(), page.cursor(), true, page.unreadable());
        return form == null ? hit : keep(query, hit, form, entry.scope());
    }

    /** The answer to a query, if there is one that still holds. */
    SummaryAnswer.Summary summary(SummaryQuery query, ShardFleet fleet, Horizon horizon) {
        Entry entry = valid(query, null, fleet, horizon);
        if (entry == null) {
            return null;
        }
        SummaryAnswer.Summary summary = (SummaryAnswer.Summary) entry.answer();
        return new SummaryAnswer.Summary(
                summary.count(), summary.groups(), summary.otherGroups(), true, summary.unreadable());
    }

    private Entry valid(Record query, PageForm form, ShardFleet fleet, Horizon horizon) {
        Entry entry = entries.getIfPresent(query);
        if (entry != null && !entry.scope().holds(fleet, horizon)) {
            entries.asMap().remove(query, entry);
            entry = null;
        }
        if (entry != null && !entry.serves(form)) {
            entry = null;
        }
        (entry == null ? misses : hits).increment();
        return entry;
    }

    /**
     * Keeps a page: when it is wanted in a form, as the form writes it and no longer its events, so that it is not in memory
     * twice.
     *
     * @return the answer: the page itself, or what the form makes of it
     */
    QueryAnswer keep(EventQuery query, QueryAnswer.Page page, PageForm form, AnswerScope scope) throws IOException {
        QueryAnswer answer = form == null ? page : form.write(page);
        if (answer instanceof QueryAnswer.WrittenPage written) {
            keep(query, new Entry(written, form, scope, weight(written)), written.unreadable());
        } else {
            keep(query, new Entry(page, null, scope, weight(page)), page.unreadable());
        }
        return answer;
    }

    private static int weight(QueryAnswer.Page page) {
        long bytes = BYTES_PER_ANSWER;
        for (StoredEvent stored : page.events()) {
            bytes += BYTES_PER_EVENT + stored.event().length();
        }
        return atMostInt(bytes);
    }

    private static int weight(QueryAnswer.WrittenPage page) {
        long bytes = BYTES_PER_ANSWER;
        for (byte[] piece : page.events()) {
            bytes += BYTES_PER_PIECE + piece.length;
        }
        return atMostInt(bytes);
    }

    private static int atMostInt(long bytes) {
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    void keep(SummaryQuery query, SummaryAnswer.Summary summary, AnswerScope scope) {
        long bytes = BYTES_PER_ANSWER;
        for (SummaryAnswer.Group group : summary.groups()) {
            bytes +=
                    BYTES_PER_GROUP + (group.value() == null ? 0 : group.value().length() * 2L);
        }
        keep(query, new Entry(summary, null, scope, atMostInt(bytes)), summary.unreadable());
    }

    /** What was not complete is not kept: a volume may come back. */
    private void keep(Record query, Entry entry, List<?> unreadable) {
        if (entry.scope() != null && unreadable.isEmpty()) {
            entries.put(query, entry);
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
