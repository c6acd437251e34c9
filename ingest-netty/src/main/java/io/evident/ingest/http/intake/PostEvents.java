package io.evident.ingest.http.intake;

import io.evident.event.EventEncoder;
import io.evident.event.EventView;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.event.json.EventJsonReader;
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
    private final FastThreadLocal<Reading> readings;

    /** Offers what is posted at a door. */
    public PostEvents(HttpLimits limits, EventIntake door, ReceiptLatencies receipts) {
        this.limits = limits;
        this.door = door;
        this.readings = new FastThreadLocal<>() {
            @Override
            protected Reading initialValue() {
                return new Reading(limits.maxEventsPerRequest(), receipts.newThread());
            }
        };
    }

    /** What the requests of one event loop use one after the other. */
    private static final class Reading {
        private final EventRanges ranges;
        private final EventJsonReader reader = new EventJsonReader();
        private final EventEncoder encoder = new EventEncoder();
        private final EventView event = new EventView();
        private byte[] encoded = new byte[4 * 1024];

        private final ReceiptLatencies.OfThread latencies;

        Reading(int maxEvents, ReceiptLatencies.OfThread latencies) {
            this.latencies = latencies;
            ranges = new EventRanges(maxEvents);
        }

        /** Reads one event into {@link #event}. Returns {@code null}, or why it is none. */
        Refusal read(byte[] body, int position) {
            Refusal refusal = reader.read(body, ranges.offset(position), ranges.length(position), encoder);
            if (refusal != null) {
                return refusal;
            }
            if (encoder.encodedLength() > encoded.length) {
                encoded = new byte[encoder.encodedLength()];
            }
            return event.wrap(encoded, 0, encoder.encode(encoded, 0));
        }
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
        Reading reading = readings.get();
        EventMedia media = EventMedia.of(exchange.contentType());
        Refusal refusal = find(reading.ranges, media, body, length);
        if (refusal != null) {
            exchange.refuse(refusal);
            return;
        }
        boolean single = media == EventMedia.JSON && isObject(body);
        offer(exchange, reading, body, new HttpReceiptSink(exchange, reading.ranges.indexes(), media, single));
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

    private void offer(Exchange exchange, Reading reading, byte[] body, HttpReceiptSink sink) {
        String from = exchange.remote().getAddress().getHostAddress();
        Intake intake = new Intake(exchange.principal(), from, true);
        Tier tier = tier(exchange.parameters());
        int count = reading.ranges.count();
        sink.expect(tier, limits.answerTimeoutMs(), reading.latencies);
        for (int i = 0; i < count; i++) {
            Refusal refusal = reading.read(body, i);
            if (refusal != null) {
                door.refuse(refusal, sink, i);
            } else {
                sink.offered(i, reading.event.idHigh(), reading.event.idLow());
                door.offer(intake, reading.event, tier, exchange.receivedTick(), exchange.receivedTimeNs(), sink, i);
                sink.given(i, intake.stamp().idHigh(), intake.stamp().idLow());
            }
        }
        door.flush(intake.takePublished());
        sink.allOffered();
    }
}
