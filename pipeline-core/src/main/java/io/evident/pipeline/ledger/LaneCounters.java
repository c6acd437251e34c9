package io.evident.pipeline.ledger;

import io.evident.event.RefusalReason;
import java.util.concurrent.atomic.LongAdder;

/**
 * The counts of one tenant in one lane, or of what could not be told ({@code -}). Any thread may count and read; a reader
 * sees each number at a slightly different moment, and the equation of {@link IntakeLedger} holds exactly once intake
 * rests: an event that came to no end is in flight for ever then.
 */
public final class LaneCounters {
    private final int index;
    private final LongAdder received = new LongAdder();
    private final LongAdder stored = new LongAdder();
    private final LongAdder duplicate = new LongAdder();
    private final LongAdder emergency = new LongAdder();
    private final LongAdder[] refused = new LongAdder[RefusalReason.values().length];

    /** @param index its own among all counters of a server */
    LaneCounters(int index) {
        this.index = index;
        for (int i = 0; i < refused.length; i++) {
            refused[i] = new LongAdder();
        }
    }

    /** Its number among all counters of a server: from 0, with few gaps. */
    int index() {
        return index;
    }

    /** An event went into its lane. */
    public void countPublished() {
        received.increment();
    }

    /** Published events were journaled. */
    void countStored(long events) {
        stored.add(events);
    }

    /** A published event was stored in the emergency journal. */
    public void countStoredInEmergency() {
        stored.increment();
        emergency.increment();
    }

    /** A duplicate of an event in flight, counted as published, was answered with the first one's place. */
    public void countJoinedStored() {
        duplicate.increment();
    }

    /** An event turned out to be known already. */
    public void countDuplicate() {
        received.increment();
        duplicate.increment();
    }

    /** An event was refused at the gate. */
    public void countRefused(RefusalReason reason) {
        received.increment();
        refused[reason.ordinal()].increment();
    }

    /** A published event, or a duplicate of one, failed on the way to the journal. */
    public void countLostOnTheWay(RefusalReason reason) {
        refused[reason.ordinal()].increment();
    }

    public long received() {
        return received.sum();
    }

    public long stored() {
        return stored.sum();
    }

    /** Those of the stored events that took the emergency path. */
    public long emergency() {
        return emergency.sum();
    }

    public long duplicate() {
        return duplicate.sum();
    }

    /** Published events that have not come to an end yet: never fewer than there are while this is asked. */
    public long inFlight() {
        // What has ended first: what ends meanwhile then counts as in flight.
        long ended = stored.sum() + duplicate.sum() + refused();
        return received.sum() - ended;
    }

    /** Events refused for one reason. */
    public long refused(RefusalReason reason) {
        return refused[reason.ordinal()].sum();
    }

    /** Events refused for any reason. */
    public long refused() {
        long sum = 0;
        for (LongAdder adder : refused) {
            sum += adder.sum();
        }
        return sum;
    }
}
