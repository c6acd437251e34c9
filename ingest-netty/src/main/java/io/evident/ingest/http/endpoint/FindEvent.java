package io.evident.ingest.http.endpoint;

import io.evident.event.EventIdText;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.json.EventJsonWriter;
import io.evident.event.json.JsonBytes;
import io.evident.ingest.http.Endpoint;
import io.evident.ingest.http.Exchange;
import io.evident.ingest.http.HttpAnswer;
import io.evident.ingest.http.Problems;
import io.evident.ingest.http.QueryParameters;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.query.PartlyUnreadableException;
import io.evident.pipeline.query.StoredEvent;
import java.io.IOException;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * {@code GET /v1/events/{id}}: one event. Ids are unique per tenant; when several tenants that the caller may read have
 * the same, the newest is answered, and {@code tenant} chooses. Thread-safe.
 */
final class FindEvent implements Endpoint {
    static final Set<String> PARAMETERS = Set.of(TenantParameter.NAME);

    private static final int FIRST_BYTES = 4 * 1024;

    private static final Comparator<StoredEvent> NEWEST_LAST = Comparator.<StoredEvent>comparingLong(
                    stored -> stored.event().timeNs())
            .thenComparingInt(StoredEvent::shard)
            .thenComparingInt(StoredEvent::incarnation)
            .thenComparingLong(StoredEvent::sequence);

    private final EventQueries queries;
    private final QueryPool pool;
    private final EventJsonWriter json = EventJsonWriter.asSent();

    FindEvent(EventQueries queries, QueryPool pool) {
        this.queries = queries;
        this.pool = pool;
    }

    @Override
    public Refusal check(Exchange exchange) {
        String text = exchange.pathText();
        if (EventIdText.idOf(text) == null) {
            return new Refusal(RefusalReason.INVALID_ID, "id", "'" + QueryParameters.excerpt(text) + "' is no UUID");
        }
        TenantParameter.scopeOfWholeNames(exchange.principal(), exchange.parameters());
        Refusal refusal = exchange.parameters().refusal();
        return refusal != null ? refusal : TenantParameter.check(exchange.principal(), exchange.parameters());
    }

    @Override
    public void handle(Exchange exchange) {
        UUID id = EventIdText.idOf(exchange.pathText());
        TenantScope scope = TenantParameter.scopeOfWholeNames(exchange.principal(), exchange.parameters());
        pool.run(exchange, () -> exchange.answer(answer(id, scope)));
    }

    private HttpAnswer answer(UUID id, TenantScope scope) throws IOException {
        Optional<StoredEvent> newest;
        try {
            newest = queries.find(id, scope).stream().max(NEWEST_LAST);
        } catch (PartlyUnreadableException e) {
            return Problems.answer(Refusal.of(RefusalReason.UNAVAILABLE, "the event " + id + " was " + e.getMessage()));
        }
        if (newest.isEmpty()) {
            return Problems.answer(
                    Refusal.of(RefusalReason.NOT_FOUND, "no event with the id " + id + " that this caller may read"));
        }
        JsonBytes bytes = new JsonBytes(FIRST_BYTES);
        WrittenEvents.write(json, bytes, newest.get());
        return HttpAnswer.json(200, bytes.toByteArray());
    }
}
