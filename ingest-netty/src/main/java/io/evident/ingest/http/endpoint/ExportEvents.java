package io.evident.ingest.http.endpoint;

import io.evident.event.EventIdText;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.http.Endpoint;
import io.evident.ingest.http.Exchange;
import io.evident.ingest.http.HttpAnswer;
import io.evident.ingest.http.QueryParameters;
import io.evident.ingest.http.export.ExportFormat;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.PartlyUnreadableException;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code GET /v1/export}: a whole answer, however long, as a file. What can be refused is refused before the first byte.
 * Thread-safe.
 */
final class ExportEvents implements Endpoint {
    static final Set<String> PARAMETERS = FilterParameters.with(FilterParameters.RANGE, "order", "format", "after");

    private static final String AFTER = "after";

    private final EventQueries queries;
    private final QueryPool pool;
    private final int maxExports;
    private final AtomicInteger exports = new AtomicInteger();

    ExportEvents(EventQueries queries, QueryPool pool, int maxExports) {
        this.queries = queries;
        this.pool = pool;
        this.maxExports = maxExports;
    }

    @Override
    public Refusal check(Exchange exchange) {
        QueryParameters p = exchange.parameters();
        query(exchange);
        format(p);
        after(p);
        if (p.refusal() != null) {
            return p.refusal();
        }
        if (exchange.isHttp10()) {
            return Refusal.of(
                    RefusalReason.UNSUPPORTED_PROTOCOL,
                    "an export needs HTTP/1.1: a client of HTTP/1.0 could not tell whether it has got all of it");
        }
        return TenantParameter.check(exchange.principal(), p);
    }

    private static EventQuery query(Exchange exchange) {
        QueryParameters p = exchange.parameters();
        return new EventQuery(
                FilterParameters.filter(exchange.principal(), p),
                FilterParameters.range(p),
                FilterParameters.order(p),
                EventQuery.MAX_LIMIT,
                null);
    }

    private static ExportFormat format(QueryParameters p) {
        return p.read("format", ExportFormat::ofName, ExportFormat.NDJSON, "ndjson or csv");
    }

    private static UUID after(QueryParameters p) {
        return p.read(AFTER, EventIdText::idOf, null, "the id of an event");
    }

    static Map<String, String> headers(ExportFormat format, boolean goesOn) {
        return Map.of(
                HttpHeaderNames.CONTENT_TYPE.toString(),
                format.contentType(goesOn),
                HttpHeaderNames.CONTENT_DISPOSITION.toString(),
                "attachment; filename=\"" + format.fileName() + "\"");
    }

    @Override
    public void handle(Exchange exchange) {
        if (exchange.isHead()) {
            ExportFormat format = format(exchange.parameters());
            boolean goesOn = after(exchange.parameters()) != null;
            exchange.answer(new HttpAnswer(200, null, List.of(), headers(format, goesOn), false));
            return;
        }
        if (exports.incrementAndGet() > maxExports) {
            exports.decrementAndGet();
            exchange.refuse(Refusal.of(
                    RefusalReason.BUSY, "more than " + maxExports + " exports are being written; try again"));
            return;
        }
        pool.run(exchange, () -> begin(exchange), exports::decrementAndGet);
    }

    private void begin(Exchange exchange) throws IOException {
        EventQuery query = query(exchange);
        UUID after = after(exchange.parameters());
        Refusal refusal = null;
        String cursor = null;
        if (after != null) {
            try {
                cursor = queries.cursorBehind(query, after);
                refusal = cursor == null ? unknown(after) : null;
            } catch (PartlyUnreadableException e) {
                refusal = Refusal.of(RefusalReason.UNAVAILABLE, "the event " + after + " was " + e.getMessage());
            }
        }
        ExportPieces pieces = new ExportPieces(
                queries,
                new EventQuery(query.filter(), query.range(), query.order(), query.limit(), cursor),
                format(exchange.parameters()),
                after != null);
        if (refusal == null) {
            refusal = pieces.read();
        }
        if (refusal != null) {
            exports.decrementAndGet();
            exchange.refuse(refusal);
            return;
        }
        exchange.stream(new ExportStream(exchange, pool, pieces, exports::decrementAndGet));
    }

    private static Refusal unknown(UUID after) {
        return new Refusal(
                RefusalReason.INVALID_QUERY,
                AFTER,
                "no event of this answer has the id " + after
                        + "; give the id of the last whole event, and otherwise the same parameters");
    }
}
