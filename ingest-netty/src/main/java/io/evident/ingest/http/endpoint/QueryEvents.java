package io.evident.ingest.http.endpoint;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.json.EventJsonWriter;
import io.evident.ingest.http.Endpoint;
import io.evident.ingest.http.Exchange;
import io.evident.ingest.http.HttpAnswer;
import io.evident.ingest.http.Problems;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

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
        return refusal != null ? refusal : FilterParameters.checkTenant(exchange.principal(), exchange.parameters());
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
            out.writeNumberField("tookMicros", TimeUnit.NANOSECONDS.toMicros(tookNs));
            out.writeStringField("cache", page.cacheHit() ? "hit" : "miss");
            writeUnreadable(out, page.unreadable());
            out.writeEndObject();
        }
        return HttpAnswer.json(200, bytes.toByteArray());
    }

    /** Absent when all can be read: so nobody who does not know it is misled on an ordinary day. */
    private static void writeUnreadable(JsonGenerator out, List<UnreadablePart> parts) throws IOException {
        if (parts.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("unreadable");
        for (UnreadablePart part : parts) {
            out.writeStartObject();
            out.writeNumberField("shard", part.shard());
            if (part.isEmergency()) {
                out.writeNumberField("fromEmergencyPosition", part.fromPosition());
                out.writeNumberField("toEmergencyPosition", part.toPosition());
                out.writeStringField("reason", part.reason());
                out.writeEndObject();
                continue;
            }
            out.writeNumberField("fromSequence", part.fromSequence());
            if (part.toSequence() == UnreadablePart.OPEN_END) {
                out.writeNullField("toSequence");
            } else {
                out.writeNumberField("toSequence", part.toSequence());
            }
            out.writeStringField("reason", part.reason());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    static void write(EventJsonWriter json, JsonGenerator out, StoredEvent stored) throws IOException {
        json.write(out, stored.event(), stored.shard(), stored.incarnation(), stored.sequence(), stored.lane());
    }
}
