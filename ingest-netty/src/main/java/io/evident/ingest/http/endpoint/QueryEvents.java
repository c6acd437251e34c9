package io.evident.ingest.http.endpoint;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.Refusal;
import io.evident.event.json.EventJsonWriter;
import io.evident.event.json.JsonBytes;
import io.evident.ingest.http.Endpoint;
import io.evident.ingest.http.Exchange;
import io.evident.ingest.http.HttpAnswer;
import io.evident.ingest.http.Problems;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.QueryAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code GET /v1/events}: one page of what is stored. Thread-safe. */
final class QueryEvents implements Endpoint {
    private static final int AROUND_BYTES = 512;

    private final EventQueries queries;
    private final QueryPool pool;
    private final WrittenEvents form;

    QueryEvents(EventQueries queries, QueryPool pool, int maxAnswerBytes) {
        this.queries = queries;
        this.pool = pool;
        this.form = new WrittenEvents(maxAnswerBytes);
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
        QueryAnswer answer = queries.query(query, form);
        if (answer instanceof QueryAnswer.Refused refused) {
            return Problems.answer(refused.refusal());
        }
        return page((QueryAnswer.WrittenPage) answer, System.nanoTime() - startTick);
    }

    /** The events are as they were written once, maybe for another asker; what stands around them is this answer's. */
    private static HttpAnswer page(QueryAnswer.WrittenPage page, long tookNs) throws IOException {
        JsonBytes around = new JsonBytes(AROUND_BYTES);
        int before;
        try (JsonGenerator out = EventJsonWriter.generator(around)) {
            out.writeStartObject();
            out.writeFieldName("events");
            out.writeRawValue("");
            out.flush();
            before = around.length();
            out.writeStringField("cursor", page.cursor());
            AnswerEnd.write(out, tookNs, page.cacheHit(), page.unreadable());
            out.writeEndObject();
        }
        byte[] bytes = around.toByteArray();
        List<byte[]> body = new ArrayList<>(page.events().size() + 2);
        body.add(Arrays.copyOf(bytes, before));
        body.addAll(page.events());
        body.add(Arrays.copyOfRange(bytes, before, bytes.length));
        return HttpAnswer.json(200, body);
    }
}
