package io.evident.pipeline.receipt;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.Tier;

/**
 * Where the answers to the events of one batch or request go. Each event is answered exactly once, by
 * {@link #receipt} or {@link #refusal}, on the network thread that offered it or later on a writer's or committer's
 * thread; different events of one batch may be answered by different threads at the same time. No method may block or
 * throw; none needs to allocate.
 */
public interface ReceiptSink {
    /**
     * The event is as safe as its sender asked for.
     *
     * @param index what the event was offered under
     * @param incarnation 0, and {@code sequence} {@link io.evident.event.Receipt#NO_SEQUENCE}, when only accepted
     * @param sequence {@link io.evident.event.Receipt#atEmergencyPosition} when it is in the emergency journal
     */
    void receipt(
            int index,
            long idHigh,
            long idLow,
            int shard,
            int incarnation,
            long sequence,
            Tier tier,
            Lane lane,
            boolean duplicate);

    /** The event was not accepted, or its outcome is unknown. The id is 0, 0 when it is not known. */
    void refusal(int index, long idHigh, long idLow, Refusal refusal);

    /** A run of answers is complete: what was gathered may be passed on. Called at least once after every answer. */
    void flush();
}
