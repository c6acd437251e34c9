package io.evident.pipeline.lane;

import io.evident.event.EventStamp;
import io.evident.event.EventView;

/** What the server adds to the event at hand. Reused by one network thread from event to event. */
public final class Stamp {
    private long idHigh;
    private long idLow;
    private long receivedTimeNs;
    private long receivedTick;
    private byte[] receivedFrom;
    private int epoch;

    /**
     * Sets all of it.
     *
     * @param receivedTimeNs nanoseconds since 1970
     * @param receivedTick the same moment by {@link System#nanoTime()}
     * @param receivedFrom the sender's address in UTF-8
     */
    public void set(long high, long low, long receivedTimeNs, long receivedTick, byte[] receivedFrom) {
        this.idHigh = high;
        this.idLow = low;
        this.receivedTimeNs = receivedTimeNs;
        this.receivedTick = receivedTick;
        this.receivedFrom = receivedFrom;
    }

    /** The epoch of the shard map by which the event was routed; kept until another is set. */
    public void routedIn(int epochOfMap) {
        this.epoch = epochOfMap;
    }

    /** The time the event will have: its own, or the receive time where the sender gave none. */
    public long eventTimeNs(EventView event) {
        return event.timeAbsent() ? receivedTimeNs : event.timeNs();
    }

    public long idHigh() {
        return idHigh;
    }

    public long idLow() {
        return idLow;
    }

    public long receivedTimeNs() {
        return receivedTimeNs;
    }

    int epoch() {
        return epoch;
    }

    long receivedTick() {
        return receivedTick;
    }

    byte[] receivedFrom() {
        return receivedFrom;
    }

    void copyStamped(EventView event, byte[] target) {
        EventStamp.copyStamped(event, idHigh, idLow, receivedTimeNs, receivedFrom, target, 0);
    }
}
