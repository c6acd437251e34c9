package io.evident.ingest.http.endpoint;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.json.EventJsonWriter;
import io.evident.ingest.http.Endpoint;
import io.evident.ingest.http.Exchange;
import io.evident.ingest.http.HttpAnswer;
import io.evident.ingest.http.Problems;
import io.evident.ingest.http.QueryParameters;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryQuery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** {@code GET /v1/events/count}, {@code facets} and {@code histogram}: numbers about what is stored. Thread-safe. */
final class SummarizeEvents implements Endpoint {
    private final SummaryForm form;
    private final EventQueries queries;
    private final QueryPool pool;
    private final int maxAnswerBytes;

    SummarizeEvents(SummaryForm form, EventQueries queries, QueryPool pool, int maxAnswerBytes) {
        this.form = form;
        this.queries = queries;
        this.pool = pool;
        this.maxAnswerBytes = maxAnswerBytes;
    }

    @Override
    public Refusal check(Exchange exchange) {
        query(exchange);
        Refusal refusal = exchange.parameters().refusal();
        return refusal != null ? refusal : TenantParameter.check(exchange.principal(), exchange.parameters());
    }

    private SummaryQuery query(Exchange exchange) {
        QueryParameters p = exchange.parameters();
        return new SummaryQuery(
                FilterParameters.filter(exchange.principal(), p), FilterParameters.range(p), form.grouping(p));
    }

    @Override
    public void handle(Exchange exchange) {
        SummaryQuery query = query(exchange);
        pool.run(exchange, () -> exchange.answer(answer(query)));
    }

    private HttpAnswer answer(SummaryQuery query) throws IOException {
        long startTick = System.nanoTime();
        SummaryAnswer answer = queries.summarize(query);
        if (answer instanceof SummaryAnswer.Refused refused) {
            return Problems.answer(refused.refusal());
        }
        long tookNs = System.nanoTime() - startTick;
        SummaryAnswer.Summary summary = (SummaryAnswer.Summary) answer;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = EventJsonWriter.generator(bytes)) {
            out.writeStartObject();
            form.write(out, query.grouping(), summary);
            AnswerEnd.write(out, tookNs, summary.cacheHit(), summary.unreadable());
            out.writeEndObject();
        }
        if (bytes.size() > maxAnswerBytes) {
            return Problems.answer(Refusal.of(
                    RefusalReason.QUERY_TOO_BROAD,
                    "the answer would have more than " + maxAnswerBytes + " bytes; ask with a smaller limit"));
        }
        return HttpAnswer.json(200, bytes.toByteArray());
    }
}
