package io.evident.ingest.http.endpoint;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.QueryLimits;
import io.evident.ingest.http.Endpoint;
import io.evident.ingest.http.Exchange;
import io.evident.ingest.http.HttpAnswer;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.query.LiveTail;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code GET /v1/events/follow}: events as they arrive, as server-sent events. Thread-safe. */
final class FollowEvents implements Endpoint {
    static final String EVENT_STREAM = "text/event-stream";
    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private final LiveTail tail;
    private final QueryPool pool;
    private final QueryLimits limits;
    private final AtomicInteger followers = new AtomicInteger();

    FollowEvents(LiveTail tail, QueryPool pool, QueryLimits limits) {
        this.tail = tail;
        this.pool = pool;
        this.limits = limits;
    }

    @Override
    public Refusal check(Exchange exchange) {
        FilterParameters.filter(exchange.principal(), exchange.parameters());
        Refusal refusal = exchange.parameters().refusal();
        return refusal != null ? refusal : TenantParameter.check(exchange.principal(), exchange.parameters());
    }

    @Override
    public void handle(Exchange exchange) {
        if (exchange.isHead()) {
            exchange.answer(HttpAnswer.of(200, EVENT_STREAM, new byte[0]));
            return;
        }
        if (followers.incrementAndGet() > limits.maxFollowers()) {
            followers.decrementAndGet();
            exchange.refuse(Refusal.of(
                    RefusalReason.BUSY, "more than " + limits.maxFollowers() + " followers are connected; try again"));
            return;
        }
        pool.run(exchange, () -> follow(exchange), followers::decrementAndGet);
    }

    private void follow(Exchange exchange) {
        EventFilter filter = FilterParameters.filter(exchange.principal(), exchange.parameters());
        String position = exchange.header(LAST_EVENT_ID);
        SseFollower follower = new SseFollower(limits.heartbeatMs(), followers::decrementAndGet);
        try {
            follower.follows(tail.follow(filter, position.isEmpty() ? null : position, follower));
        } catch (IllegalArgumentException e) {
            followers.decrementAndGet();
            exchange.refuse(new Refusal(
                    RefusalReason.INVALID_QUERY, LAST_EVENT_ID, "is no position that this server has given"));
            return;
        }
        exchange.stream(follower);
    }
}
