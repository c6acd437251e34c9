package io.evident.sharding;

import java.io.IOException;

/** What the journals themselves tell about the shard maps under which they were written: the witness when the map is lost. */
public interface StoredSlots {
    /** Hears of the events that a shard holds. */
    @FunctionalInterface
    interface Listener {
        /** An event of this slot was routed to this shard in this epoch. */
        void event(int shard, int slot, int epoch);
    }

    /** Reads every event that can be read. */
    void read(Listener listener) throws IOException;
}
