package io.evident.pipeline.writer;

import java.util.concurrent.TimeUnit;

/**
 * The limits of the emergency path.
 *
 * @param events most events that wait for it in each shard, a power of two
 * @param overflowBytes memory for those larger than a slot, of all shards together
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

    /** 4,096 events, 8 MiB, 50 ms. */
    public static EmergencyPlan defaults() {
        return new EmergencyPlan(4_096, 8L << 20, TimeUnit.MILLISECONDS.toNanos(50));
    }
}
