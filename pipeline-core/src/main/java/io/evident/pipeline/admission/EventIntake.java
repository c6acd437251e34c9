package io.evident.pipeline.admission;

import io.evident.event.EventView;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.pipeline.receipt.ReceiptSink;

/**
 * The door through which every protocol hands in its events. Any network thread may call it; it never blocks and never
 * throws for anything a sender did: the answer goes to the sink.
 */
public interface EventIntake {
    /**
     * Offers one event. The bytes below the view may be reused as soon as this returns.
     *
     * @param event a structurally sound event ({@link EventView#wrap} found nothing wrong)
     * @param tier when to answer: as soon as this tier is reached; {@code null} for the configured one of the event's lane
     * @param receivedTick when the frame or request was read, by {@link System#nanoTime()}
     * @param receivedTimeNs the same by the wall clock, nanoseconds since 1970
     * @param sink gets exactly one answer under {@code index}
     */
    void offer(
            Intake intake,
            EventView event,
            Tier tier,
            long receivedTick,
            long receivedTimeNs,
            ReceiptSink sink,
            int index);

    /**
     * Lets the memory that an event will be looked up in come near, of many events at a time: for those of a large frame or body,
     * before the first of them is offered. Changes nothing and answers nobody.
     *
     * @param intake the one that they will be offered with
     */
    default void expect(Intake intake, EventView event) {}

    /** Answers and counts something that came as an event and could not even be read as one. */
    void refuse(Refusal refusal, ReceiptSink sink, int index);

    /** For {@link #flush}: whoever may have something to do. */
    long ALL_SHARDS = -1;

    /**
     * No more events are at hand: whoever is to deal with those offered is woken. To be called after each run of {@link
     * #offer}, be it of several frames and connections; what is forgotten here waits up to some hundredths of a second longer.
     * Many events then make few large blocks instead of many small ones, because the writer does not begin with the first
     * of them, and writers that got nothing sleep on.
     *
     * @param shards where the events went: what {@link Intake#takePublished} said, of several ways in with all their bits
     */
    void flush(long shards);

    /** Whether events are taken at all; false from the beginning of the shutdown on. */
    boolean isOpen();
}
