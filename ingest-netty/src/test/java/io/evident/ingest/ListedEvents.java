package io.evident.ingest;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventField;
import io.evident.event.EventStamp;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.EventMatcher;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.LiveTail;
import io.evident.pipeline.query.PageForm;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Stored events in a list: answers queries with those that its scope holds, and tells followers what a test tells it. */
public final class ListedEvents implements EventQueries, LiveTail {
    /** Where all of them are. */
    public static final BlockInfo BLOCK = new BlockInfo(0, 0, 100, 1, 7, Lane.ELEVATED, 0, 1, 0, 0);

    public final List<StoredEvent> events = new CopyOnWriteArrayList<>();
    public final List<EventQuery> queries = new CopyOnWriteArrayList<>();
    public final List<EventFilter> filters = new CopyOnWriteArrayList<>();
    public final List<Follower> followers = new CopyOnWriteArrayList<>();
    public final List<String> resumedAfter = new CopyOnWriteArrayList<>();
    public final AtomicInteger open = new AtomicInteger();
    public volatile QueryAnswer.Refused refused;
    public volatile CountDownLatch gate = new CountDownLatch(0);
    public volatile boolean broken;
    public final List<SummaryQuery> summaries = new CopyOnWriteArrayList<>();
    public volatile SummaryAnswer summary;
    public volatile List<UnreadablePart> unreadable = List.of();
    /** Most events of a page, as an engine with a limit of bytes would have it. */
    public volatile int pageEvents = EventQuery.MAX_LIMIT;
    /** What was written, to be given again to who asks the same; {@code null} keeps nothing. */
    public volatile Map<EventQuery, QueryAnswer.WrittenPage> kept;
    /** Runs in front of each query. */
    public volatile Runnable beforeQuery = () -> {};

    /** Stores an event under the next sequence. */
    public StoredEvent store(AuditEvent event) {
        EventEncoder encoder = new EventEncoder();
        if (event.encodeInto(encoder) != null) {
            throw new AssertionError("not an event: " + event);
        }
        byte[] supplied = new byte[encoder.encodedLength()];
        encoder.encode(supplied, 0);
        EventView view = new EventView();
        view.wrap(supplied, 0, supplied.length);
        byte[] from = "192.0.2.1".getBytes(StandardCharsets.US_ASCII);
        byte[] stamped = new byte[EventStamp.stampedLength(view, from)];
        UUID id = event.id() == null ? new UUID(1, 2) : event.id();
        EventStamp.copyStamped(
                view, id.getMostSignificantBits(), id.getLeastSignificantBits(), 1_000, from, stamped, 0);
        EventView stored = new EventView();
        stored.wrap(stamped, 0, stamped.length);
        StoredEvent result = StoredEvent.copyOf(stored, 2, BLOCK, events.size());
        events.add(result);
        return result;
    }

    private List<StoredEvent> within(TenantScope scope) {
        return events.stream().filter(e -> scope.contains(e.event())).toList();
    }

    @Override
    public QueryAnswer query(EventQuery query) throws IOException {
        queries.add(query);
        beforeQuery.run();
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (broken) {
            throw new IOException("the disk is on fire");
        }
        if (refused != null) {
            return refused;
        }
        List<StoredEvent> matching = matching(query);
        int from = query.cursor() == null || !query.cursor().startsWith("behind-")
                ? 0
                : Integer.parseInt(query.cursor().substring("behind-".length()));
        int to = Math.min(matching.size(), from + Math.min(query.limit(), pageEvents));
        return new QueryAnswer.Page(
                matching.subList(from, to), to < matching.size() ? "behind-" + to : null, false, unreadable);
    }

    @Override
    public QueryAnswer query(EventQuery query, PageForm form) throws IOException {
        if (kept == null) {
            return EventQueries.super.query(query, form);
        }
        QueryAnswer.WrittenPage known = kept.get(query);
        if (known != null) {
            return new QueryAnswer.WrittenPage(known.events(), known.cursor(), true, known.unreadable());
        }
        QueryAnswer answer = EventQueries.super.query(query, form);
        if (answer instanceof QueryAnswer.WrittenPage page) {
            kept.put(query, page);
        }
        return answer;
    }

    /** In the order in which they were stored. */
    private List<StoredEvent> matching(EventQuery query) {
        EventMatcher matcher = new EventMatcher(query.filter());
        return events.stream()
                .filter(e -> matcher.matches(e.event())
                        && query.range().contains(e.event().timeNs()))
                .toList();
    }

    @Override
    public String cursorBehind(EventQuery query, UUID id) {
        List<StoredEvent> matching = matching(query);
        for (int i = 0; i < matching.size(); i++) {
            if (matching.get(i).event().id().equals(id)) {
                return "behind-" + (i + 1);
            }
        }
        return null;
    }

    @Override
    public SummaryAnswer summarize(SummaryQuery query) throws IOException {
        summaries.add(query);
        if (broken) {
            throw new IOException("the disk is on fire");
        }
        return summary;
    }

    @Override
    public List<StoredEvent> find(UUID id, TenantScope scope) {
        return within(scope).stream().filter(e -> e.event().id().equals(id)).toList();
    }

    @Override
    public Following follow(EventFilter filter, String after, Follower follower) {
        if (after != null && !after.startsWith("p")) {
            throw new IllegalArgumentException("no position: " + after);
        }
        filters.add(filter);
        resumedAfter.add(String.valueOf(after));
        followers.add(follower);
        open.incrementAndGet();
        return open::decrementAndGet;
    }

    /** The tenants of stored events, for assertions. */
    public static String tenant(StoredEvent event) {
        return event.event().text(EventField.TENANT);
    }
}
