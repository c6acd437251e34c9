package io.evident.ingest.http.intake;

import io.evident.event.EventEncoder;
import io.evident.event.EventView;
import io.evident.event.Refusal;
import io.evident.event.json.EventJsonReader;
import io.evident.event.json.JsonBytes;
import io.evident.ingest.OfferedEvents;
import io.evident.ingest.http.Exchange;
import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.admission.Intake;
import io.evident.pipeline.admission.Principal;
import io.evident.pipeline.duplicate.Claim;
import io.evident.pipeline.latency.ReceiptLatencies;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/** What the requests of one event loop use one after the other. Confined to it. */
final class PostingLoop {
    /** Events that are read before the first of them is offered. */
    static final int RUN = Claim.EXPECTED;

    private static final int TYPICAL_BYTES = 1024;

    /** Where the events of the body at hand stand. */
    final EventRanges ranges;

    /** The answer at hand. */
    final JsonBytes answer = new JsonBytes(RUN * TYPICAL_BYTES);

    final ReceiptLatencies.OfThread latencies;
    final AnswerTimeouts timeouts = new AnswerTimeouts();
    final OfferedEvents offered;

    private final EventJsonReader reader = new EventJsonReader();
    private final EventEncoder encoder = new EventEncoder();
    private final EventView[] events = new EventView[RUN];
    private final Refusal[] refusals = new Refusal[RUN];
    private byte[] encoded = new byte[RUN * TYPICAL_BYTES];
    private int encodedEnd;
    private Intake intake;
    private InetAddress intakeOf;

    PostingLoop(int maxEvents, EventIntake door, ReceiptLatencies.OfThread latencies) {
        this.ranges = new EventRanges(maxEvents);
        this.offered = new OfferedEvents(door);
        this.latencies = latencies;
        Arrays.setAll(events, i -> new EventView());
    }

    /** Reads events of a body from one on, {@value #RUN} at the most; returns how many. */
    int readRun(byte[] body, int first) {
        encodedEnd = 0;
        int count = Math.min(RUN, ranges.count() - first);
        for (int i = 0; i < count; i++) {
            refusals[i] = read(body, first + i, events[i]);
        }
        return count;
    }

    private Refusal read(byte[] body, int position, EventView to) {
        Refusal refusal = reader.read(body, ranges.offset(position), ranges.length(position), encoder);
        if (refusal != null) {
            return refusal;
        }
        if (encoder.encodedLength() > encoded.length - encodedEnd) {
            // Events that were read stay where they are.
            encoded = new byte[Math.max(encoder.encodedLength(), encoded.length)];
            encodedEnd = 0;
        }
        int offset = encodedEnd;
        int length = encoder.encode(encoded, offset);
        encodedEnd += length;
        return to.wrap(encoded, offset, length);
    }

    /** Why one of the run is no event, or {@code null}. */
    Refusal refusal(int ofRun) {
        return refusals[ofRun];
    }

    /** One of the run, until the next is read. */
    EventView event(int ofRun) {
        return events[ofRun];
    }

    /** The way in of a request: that of the one before it when it has the same caller and address, as most have. */
    Intake intake(Exchange exchange) {
        Principal principal = exchange.principal();
        InetAddress address = exchange.remote().getAddress();
        if (intake == null || !principal.equals(intake.principal()) || !isSame(address, intakeOf)) {
            intake = new Intake(principal, address.getHostAddress(), true);
            intakeOf = address;
        }
        return intake;
    }

    /** Whether two addresses are told alike: the interface of one that is known on a link only counts, too. */
    private static boolean isSame(InetAddress one, InetAddress other) {
        return one.equals(other)
                && (!(one instanceof Inet6Address with) || with.getScopeId() == ((Inet6Address) other).getScopeId());
    }
}
