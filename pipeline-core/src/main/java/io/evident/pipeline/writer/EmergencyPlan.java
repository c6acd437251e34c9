package io.evident.pipeline.writer;

import java.util.concurrent.TimeUnit;

/**
 * The limits of the emergency path.
 *
 * @param events most events that wait for it in each shard, a power of two
 * @param overflowBytes memory for those larger than a slot, of all shards together: a quarter each for buffers of 2, 4,
 *     16 and 80 KiB, so that the default holds 6,758 of such events
 * @param stallNs after so long without progress a writer counts as stalled
 */
public record EmergencyPlan(int events, long overflowBytes, long stallNs) {
    public EmergencyPlan {
        if (events < 2 || Integer.bitCount(events) != 1) {
            throw new IllegalArgumentException("events is " + events + ", no power of two from 2 up");
        }
        if (overflowBytes < 1 || stallNs < 1) {
            throw new IllegalArgumentException(
                    "overflowBytes " + overflowBytes + " or stallNs " + stallNs + " below 1");
        }
    }

    /** 4,096 events, 32 MiB, 50 ms. */
    public static EmergencyPlan defaults() {
        return new EmergencyPlan(4_096, 32L << 20, TimeUnit.MILLISECONDS.toNanos(50));
    }
}
