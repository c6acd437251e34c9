package io.evident.pipeline.recorder;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.admission.Intake;
import java.util.function.LongSupplier;
import org.agrona.concurrent.NanoClock;

/**
 * Sends events of the server's own down the road like any other, and waits until they are SYNCED. It waits for other
 * threads: not for a writer's or a network thread. One thread at a time.
 */
public final class OwnEvents {
    private final EventIntake road;
    private final Patience patience;
    private final NanoClock clock;
    private final LongSupplier wallNs;
    private final Intake intake;
    private final EventEncoder encoder = new EventEncoder();
    private final EventView view = new EventView();

    /**
     * @param patience how to wait for receipts
     * @param wallNs the wall clock, nanoseconds since 1970
     */
    public OwnEvents(EventIntake road, Patience patience, NanoClock clock, LongSupplier wallNs) {
        this(road, patience, clock, wallNs, null);
    }

    /**
     * The same with a lane of their own: those that have to get through when there is no room for others take the most urgent.
     *
     * @param lane of all of them, or {@code null}: the policy says
     */
    public OwnEvents(EventIntake road, Patience patience, NanoClock clock, LongSupplier wallNs, Lane lane) {
        this.intake = Intake.ofServer(lane);
        this.road = road;
        this.patience = patience;
        this.clock = clock;
        this.wallNs = wallNs;
    }

    /** Stores an event; returns why it is not stored, or not for certain, or {@code null}. */
    public Refusal store(AuditEvent event, long withinMs) {
        Refusal wrong = event.encodeInto(encoder);
        if (wrong == null) {
            byte[] bytes = new byte[encoder.encodedLength()];
            encoder.encode(bytes, 0);
            wrong = view.wrap(bytes, 0, bytes.length);
        }
        if (wrong != null) {
            return wrong;
        }
        AwaitedAnswer answer = new AwaitedAnswer();
        road.offer(intake, view, Tier.SYNCED, clock.nanoTime(), wallNs.getAsLong(), answer, 0);
        road.flush(intake.takePublished());
        return patience.await(answer::isThere, withinMs)
                ? answer.refusal()
                : Refusal.of(RefusalReason.TIMEOUT, "no receipt came in time");
    }
}
