package io.evident.ingest.http.intake;

import io.evident.event.EventView;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.ingest.HttpLimits;
import io.evident.ingest.http.Endpoint;
import io.evident.ingest.http.Exchange;
import io.evident.ingest.http.QueryParameters;
import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.admission.Intake;
import io.evident.pipeline.latency.ReceiptLatencies;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Set;

/** {@code POST /v1/events}: reads events and offers them. Thread-safe. */
public final class PostEvents implements Endpoint {
    /** The parameters that it knows. */
    public static final Set<String> PARAMETERS = Set.of("tier");

    private final HttpLimits limits;
    private final EventIntake door;
    private final FastThreadLocal<PostingLoop> loops;

    /** Offers what is posted at a door. */
    public PostEvents(HttpLimits limits, EventIntake door, ReceiptLatencies receipts) {
        this.limits = limits;
        this.door = door;
        this.loops = new FastThreadLocal<>() {
            @Override
            protected PostingLoop initialValue() {
                return new PostingLoop(limits.maxEventsPerRequest(), door, receipts.newThread());
            }
        };
    }

    @Override
    public Refusal check(Exchange exchange) {
        QueryParameters parameters = exchange.parameters();
        tier(parameters);
        return parameters.refusal() != null ? parameters.refusal() : EventMedia.check(exchange);
    }

    /** {@code null} when the sender leaves it to the lanes. */
    private static Tier tier(QueryParameters parameters) {
        return parameters.read("tier", Tier::ofText, null, "one of accepted, journaled, synced");
    }

    @Override
    public void handle(Exchange exchange) {
        byte[] body = exchange.body().bytes();
        int length = exchange.body().length();
        if (Boolean.TRUE.equals(EventMedia.isGzip(exchange.contentEncoding()))) {
            Gzip.Unpacked unpacked = Gzip.unpack(body, length, limits.maxBodyBytes());
            if (unpacked.refusal() != null) {
                exchange.refuse(unpacked.refusal());
                return;
            }
            body = unpacked.bytes();
            length = body.length;
        }
        PostingLoop loop = loops.get();
        EventMedia media = EventMedia.of(exchange.contentType());
        Refusal refusal = find(loop.ranges, media, body, length);
        if (refusal != null) {
            exchange.refuse(refusal);
            return;
        }
        boolean single = media == EventMedia.JSON && isObject(body);
        Tier tier = tier(exchange.parameters());
        offer(
                loop,
                exchange,
                tier,
                body,
                new HttpReceiptSink(exchange, loop, limits.answerTimeoutMs(), tier, media, single));
    }

    private static Refusal find(EventRanges ranges, EventMedia media, byte[] body, int length) {
        if (length == 0) {
            return Refusal.of(RefusalReason.MALFORMED, "the body is empty");
        }
        return media == EventMedia.JSON ? ranges.findValues(body, length) : ranges.findLines(body, length);
    }

    private static boolean isObject(byte[] body) {
        int at = 0;
        while (body[at] != '{' && body[at] != '[') {
            at++;
        }
        return body[at] == '{';
    }

    private void offer(PostingLoop loop, Exchange exchange, Tier tier, byte[] body, HttpReceiptSink sink) {
        Intake intake = loop.intake(exchange);
        int count = loop.ranges.count();
        for (int first = 0; first < count; first += PostingLoop.RUN) {
            offerRun(loop, loop.readRun(body, first), first, exchange, intake, tier, sink);
        }
        loop.offered.published(intake.takePublished(), exchange::soon);
        sink.allOffered();
    }

    private void offerRun(
            PostingLoop loop, int run, int first, Exchange exchange, Intake intake, Tier tier, HttpReceiptSink sink) {
        // What is looked at is looked at for so many at a time.
        for (int i = 0; i < run && run == PostingLoop.RUN; i++) {
            if (loop.refusal(i) == null) {
                door.expect(intake, loop.event(i));
            }
        }
        for (int i = 0; i < run; i++) {
            int position = first + i;
            if (loop.refusal(i) != null) {
                door.refuse(loop.refusal(i), sink, position);
            } else {
                EventView event = loop.event(i);
                sink.offered(position, event.idHigh(), event.idLow());
                door.offer(intake, event, tier, exchange.receivedTick(), exchange.receivedTimeNs(), sink, position);
                sink.given(position, intake.stamp().idHigh(), intake.stamp().idLow());
            }
        }
    }
}
