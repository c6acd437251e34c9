package io.evident.ingest;

import io.evident.event.AuditEvent;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import io.evident.event.Tier;
import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.admission.Intake;
import io.evident.pipeline.receipt.ReceiptSink;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A door that keeps what it is offered, and answers as its script says. */
public final class ScriptedIntake implements EventIntake {
    /** Everything offered, in that order. */
    public final List<Offer> offers = Collections.synchronizedList(new ArrayList<>());
    /** Everything refused before it was an event. */
    public final List<Refusal> refusals = Collections.synchronizedList(new ArrayList<>());
    /** What was held back. */
    public final BlockingQueue<Offer> held = new LinkedBlockingQueue<>();

    /** Which shards were named at the end of each run of events. */
    public final List<Long> flushed = Collections.synchronizedList(new ArrayList<>());

    private final AtomicLong sequences = new AtomicLong();
    private volatile Consumer<Offer> script = Offer::accept;
    /** The tier of STANDARD events that name none; CRITICAL ones then get SYNCED. */
    public volatile Tier standardTier = Tier.SYNCED;

    /** One event at the door. */
    public final class Offer {
        public final AuditEvent event;
        public final Tier tier;
        public final Intake intake;
        private final ReceiptSink sink;
        private final int index;
        private final UUID id;

        Offer(Intake intake, AuditEvent event, Tier tier, ReceiptSink sink, int index) {
            this.intake = intake;
            this.event = event;
            this.tier = tier;
            this.sink = sink;
            this.index = index;
            this.id = event.id() == null ? new UUID(7, sequences.get() + 1) : event.id();
        }

        /** The event's own id, or the one that it was given here. */
        public UUID id() {
            return id;
        }

        /** Gives a receipt and passes it on. */
        public void accept() {
            answer();
            sink.flush();
        }

        /** Gives a receipt without passing it on. */
        public void answer() {
            Lane lane = event.severity() == Severity.P0_CRITICAL ? Lane.CRITICAL : Lane.STANDARD;
            Tier ofLane = lane == Lane.CRITICAL ? Tier.SYNCED : standardTier;
            Tier reached = tier == null ? ofLane : tier;
            boolean accepted = reached == Tier.ACCEPTED;
            sink.receipt(
                    index,
                    id.getMostSignificantBits(),
                    id.getLeastSignificantBits(),
                    3,
                    accepted ? 0 : 1,
                    accepted ? Receipt.NO_SEQUENCE : sequences.getAndIncrement(),
                    reached,
                    lane,
                    "duplicate".equals(event.category()));
        }

        public void refuse(RefusalReason reason) {
            sink.refusal(
                    index,
                    id.getMostSignificantBits(),
                    id.getLeastSignificantBits(),
                    Refusal.of(reason, "as the script says"));
            sink.flush();
        }

        public void hold() {
            held.add(this);
        }
    }

    /** Sets what becomes of each event from now on. */
    public ScriptedIntake script(Consumer<Offer> newScript) {
        script = newScript;
        return this;
    }

    /** The next event that was held back. */
    public Offer nextHeld() throws InterruptedException {
        Offer offer = held.poll(10, TimeUnit.SECONDS);
        if (offer == null) {
            throw new AssertionError("no event was offered within 10 s");
        }
        return offer;
    }

    @Override
    public void offer(
            Intake intake,
            EventView event,
            Tier tier,
            long receivedTick,
            long receivedTimeNs,
            ReceiptSink sink,
            int index) {
        Offer offer = new Offer(intake, AuditEvent.of(event), tier, sink, index);
        intake.stamp()
                .set(
                        offer.id.getMostSignificantBits(),
                        offer.id.getLeastSignificantBits(),
                        receivedTimeNs,
                        receivedTick,
                        intake.receivedFrom());
        offers.add(offer);
        script.accept(offer);
    }

    @Override
    public void refuse(Refusal refusal, ReceiptSink sink, int index) {
        refusals.add(refusal);
        sink.refusal(index, 0, 0, refusal);
        sink.flush();
    }

    @Override
    public void flush(long shards) {
        flushed.add(shards);
    }

    @Override
    public boolean isOpen() {
        return true;
    }
}
