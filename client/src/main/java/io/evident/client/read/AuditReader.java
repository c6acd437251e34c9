package io.evident.client.read;

import io.evident.client.read.answer.AnswerJson;
import io.evident.client.read.answer.EventCount;
import io.evident.client.read.answer.EventFacets;
import io.evident.client.read.answer.EventHistogram;
import io.evident.client.read.answer.IncompleteAnswerException;
import io.evident.client.read.answer.ProblemException;
import io.evident.client.read.answer.ReadException;
import io.evident.client.read.answer.StoredEvent;
import io.evident.client.read.answer.UnreadablePart;
import io.evident.event.RefusalReason;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Reads events from Evident over HTTP.
 *
 * <pre>{@code
 * try (AuditReader reader = AuditReader.of("http://127.0.0.1:8480")) {
 *     ReadQuery query = ReadQuery.builder()
 *             .where(ReadField.TENANT, "acme")
 *             .where(ReadField.ACTOR, "user-17")
 *             .whereNot(ReadField.OUTCOME, "success")
 *             .from("2026-03-01T00:00:00Z")
 *             .build();
 *     reader.query(query).forEachRemaining(stored -> ...);
 * }
 * }</pre>
 *
 * What fails throws a {@link ReadException}. Thread-safe; one reader is enough for a program.
 */
public final class AuditReader implements AutoCloseable {
    /** Most values of a facet. */
    public static final int MAX_FACETS = 10_000;

    private final HttpCalls calls;
    private final Set<Following> followings = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    AuditReader(ReadConfig config) {
        calls = new HttpCalls(config);
    }

    /** A reader with the default settings. */
    public static AuditReader of(String baseUrl) {
        return builder().baseUrl(baseUrl).build();
    }

    /** Begins the settings of a reader. */
    public static AuditReaderBuilder builder() {
        return new AuditReaderBuilder();
    }

    /** The events that match. Nothing is fetched before the first is asked for. */
    public QueryResult query(ReadQuery query) {
        Objects.requireNonNull(query, "query");
        return new QueryResult(
                cursor -> AnswerJson.page(calls.whole("/v1/events" + query.page(cursor))), query.incompleteAllowed());
    }

    /**
     * The event of an id.
     *
     * @param tenant whose it is; {@code null} for the newest of all tenants that the caller may read
     */
    public Optional<StoredEvent> find(UUID id, String tenant) {
        Objects.requireNonNull(id, "id");
        QueryString parameters = new QueryString();
        if (tenant != null) {
            ValueText.requireText(ReadField.TENANT.text(), tenant);
            parameters.put(ReadField.TENANT.text(), tenant);
        }
        try {
            return Optional.of(AnswerJson.event(calls.whole("/v1/events/" + id + parameters)));
        } catch (ProblemException refused) {
            // A status alone could be of a proxy, or of something that is not Evident.
            if (refused.status() == 404 && refused.reason() == RefusalReason.NOT_FOUND) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** How many events match. */
    public EventCount count(ReadQuery query) {
        EventCount count = AnswerJson.count(calls.whole("/v1/events/count" + query.summary()));
        requireComplete(query, count.unreadable());
        return count;
    }

    /**
     * How the events that match are distributed over the values of a field. {@link ReadField#RESOURCE} stands for the
     * resource's type.
     *
     * @param limit most values, 1 to {@value #MAX_FACETS}; those with the most events come first
     */
    public EventFacets facets(ReadQuery query, ReadField by, int limit) {
        if (limit < 1 || limit > MAX_FACETS) {
            throw new IllegalArgumentException("limit " + limit + " is not within 1 to " + MAX_FACETS);
        }
        QueryString parameters = query.summary().put("by", by.text()).put("limit", limit);
        EventFacets facets = AnswerJson.facets(calls.whole("/v1/events/facets" + parameters));
        requireComplete(query, facets.unreadable());
        return facets;
    }

    /**
     * How the events that match are distributed over event time.
     *
     * @param interval the length of a bucket: whole seconds, from 1; buckets begin at multiples of it since 1970
     */
    public EventHistogram histogram(ReadQuery query, Duration interval) {
        QueryString parameters = query.summary().put("interval", IntervalText.of(interval));
        EventHistogram histogram = AnswerJson.histogram(calls.whole("/v1/events/histogram" + parameters));
        requireComplete(query, histogram.unreadable());
        return histogram;
    }

    private static void requireComplete(ReadQuery query, List<UnreadablePart> unreadable) {
        if (!unreadable.isEmpty() && !query.incompleteAllowed()) {
            throw new IncompleteAnswerException(unreadable);
        }
    }

    /** Passes events on as they arrive, from now on. See {@link #follow(ReadQuery, String, FollowListener)}. */
    public Following follow(ReadQuery query, FollowListener listener) {
        return follow(query, null, listener);
    }

    /**
     * Passes events on as they arrive, on a thread of its own, over as many connections as it takes, until it is closed or
     * going on is useless.
     *
     * @param query without event times; its order and page size do not matter
     * @param after a position from {@link FollowListener#event} to go on behind; {@code null} for from now on
     * @throws IllegalArgumentException when the query has event times, or {@code after} is no position
     */
    public Following follow(ReadQuery query, String after, FollowListener listener) {
        Objects.requireNonNull(listener, "listener");
        if (query.hasRange()) {
            throw new IllegalArgumentException("events are followed as they arrive: leave from and to out");
        }
        if (after != null && !FollowLoop.isPosition(after)) {
            throw new IllegalArgumentException("'" + after + "' is no position that a listener was given");
        }
        Following following = new Following(new FollowLoop(calls, query, after, listener), followings::remove);
        followings.add(following);
        following.start();
        if (closed) {
            following.close();
        }
        return following;
    }

    /** Exports from the beginning. See {@link #export(ReadQuery, ExportFormat, UUID, OutputStream)}. */
    public ExportSummary export(ReadQuery query, ExportFormat format, OutputStream out) throws IOException {
        return export(query, format, null, out);
    }

    /**
     * Writes all events that match, in constant memory. When the connection breaks it goes on by itself behind the last
     * whole event; an answer that was cut is never taken for the end. Only whole events are written, each once. An export is
     * whole or none: when something that may belong to it cannot be read the server refuses, whatever the query allows.
     *
     * @param after the id of the event to begin behind, as {@link ExportSummary#lastId()} tells it; CSV then has no header.
     *     {@code null} for the beginning
     * @param out gets what is exported; is neither flushed nor closed
     * @throws ExportStoppedException when the export cannot be brought to its end
     * @throws IOException when {@code out} fails
     */
    public ExportSummary export(ReadQuery query, ExportFormat format, UUID after, OutputStream out) throws IOException {
        Objects.requireNonNull(out, "out");
        ExportSink sink =
                format == ExportFormat.CSV ? new ExportSink.Rows(out, after != null) : new ExportSink.Lines(out);
        return new ExportLoop(calls, query, format, after, sink).run();
    }

    /**
     * Passes on all events that match, on the caller's thread, like {@link #export(ReadQuery, ExportFormat, UUID,
     * OutputStream)}. What the consumer throws ends the export.
     */
    public ExportSummary export(ReadQuery query, Consumer<StoredEvent> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        try {
            return new ExportLoop(calls, query, ExportFormat.NDJSON, null, new ExportSink.Events(consumer)).run();
        } catch (IOException impossible) {
            throw new UncheckedIOException("a consumer does no output", impossible);
        }
    }

    /** Ends all followings, and every request that is under way: it fails for whoever waits for it. */
    @Override
    public void close() {
        closed = true;
        followings.forEach(Following::close);
        calls.close();
    }
}
