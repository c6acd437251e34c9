package io.evident.ingest.http.endpoint;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.json.EventJsonWriter;
import io.evident.ingest.http.Endpoint;
import io.evident.ingest.http.Exchange;
import io.evident.ingest.http.HttpAnswer;
import io.evident.ingest.http.Problems;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** {@code GET /v1/events}: one page of what is stored. Thread-safe. */
final class QueryEvents implements Endpoint {
    private static final int FIRST_BYTES = 16 * 1024;

    private final EventQueries queries;
    private final QueryPool pool;
    private final int maxAnswerBytes;
    private final EventJsonWriter json = EventJsonWriter.asSent();

    QueryEvents(EventQueries queries, QueryPool pool, int maxAnswerBytes) {
        this.queries = queries;
        this.pool = pool;
        this.maxAnswerBytes = maxAnswerBytes;
    }

    @Override
    public Refusal check(Exchange exchange) {
        FilterParameters.query(exchange.principal(), exchange.parameters());
        Refusal refusal = exchange.parameters().refusal();
        return refusal != null ? refusal : TenantParameter.check(exchange.principal(), exchange.parameters());
    }

    @Override
    public void handle(Exchange exchange) {
        EventQuery query = FilterParameters.query(exchange.principal(), exchange.parameters());
        pool.run(exchange, () -> exchange.answer(answer(query)));
    }

    private HttpAnswer answer(EventQuery query) throws IOException {
        long startTick = System.nanoTime();
        QueryAnswer answer = queries.query(query);
        if (answer instanceof QueryAnswer.Refused refused) {
            return Problems.answer(refused.refusal());
        }
        return page((QueryAnswer.Page) answer, System.nanoTime() - startTick);
    }

    private HttpAnswer page(QueryAnswer.Page page, long tookNs) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(FIRST_BYTES);
        try (JsonGenerator out = EventJsonWriter.generator(bytes)) {
            out.writeStartObject();
            out.writeArrayFieldStart("events");
            for (StoredEvent stored : page.events()) {
                write(json, out, stored);
                out.flush();
                if (bytes.size() > maxAnswerBytes) {
                    return Problems.answer(Refusal.of(
                            RefusalReason.QUERY_TOO_BROAD,
                            "the page would have more than " + maxAnswerBytes + " bytes; ask with a smaller limit"));
                }
            }
            out.writeEndArray();
            out.writeStringField("cursor", page.cursor());
            AnswerEnd.write(out, tookNs, page.cacheHit(), page.unreadable());
            out.writeEndObject();
        }
        return HttpAnswer.json(200, bytes.toByteArray());
    }

    static void write(EventJsonWriter json, JsonGenerator out, StoredEvent stored) throws IOException {
        json.write(out, stored.event(), stored.shard(), stored.incarnation(), stored.sequence(), stored.lane());
    }
}
