package io.evident.server.simulation;

import io.evident.event.Receipt;

/** Where an event stands: never that of another. */
record Identity(int shard, int incarnation, long sequence) {
    /** Whether this is a position of an emergency journal, and no sequence yet. */
    boolean isPosition() {
        return Receipt.emergencyPositionOf(sequence) > 0;
    }

    @Override
    public String toString() {
        return shard + "." + incarnation + "."
                + (isPosition() ? "position " + Receipt.emergencyPositionOf(sequence) : sequence);
    }
}
