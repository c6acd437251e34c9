package io.evident.load.tcp;

import io.evident.load.net.IndexRing;
import java.lang.invoke.VarHandle;

/**
 * The frames of one loop that are not wholly answered: a frame's place here is its correlation id, and leads from an answer
 * to when its events were due and sent. Places are taken by the sending thread and given back by the reading one.
 */
final class InFlight {
    private final IndexRing places;
    private final long[] intendedNs;
    private final long[] sentNs;
    private final int[] unanswered;

    /** @param leastFrames how many there can be at a time, at the least */
    InFlight(int leastFrames) {
        this.places = new IndexRing(leastFrames, false);
        this.intendedNs = new long[places.capacity()];
        this.sentNs = new long[places.capacity()];
        this.unanswered = new int[places.capacity()];
    }

    /** Places that can be taken; the sending thread. */
    int free() {
        return places.free();
    }

    /** A place for a frame, of which there has to be one; the sending thread. */
    int take() {
        return places.take();
    }

    /** What stands in a place, before the frame is sent; the sending thread. */
    void put(int place, int events, long intended, long sent) {
        intendedNs[place] = intended;
        sentNs[place] = sent;
        unanswered[place] = events;
        // The answer comes through the kernel; this only keeps the compiler from moving the lines above behind the
        // write.
        VarHandle.releaseFence();
    }

    /** Whether this can be the correlation id of an answer; the reading thread. */
    boolean isPlace(long correlationId) {
        VarHandle.acquireFence();
        return correlationId >= 0 && correlationId < unanswered.length;
    }

    long intendedNs(int place) {
        return intendedNs[place];
    }

    long sentNs(int place) {
        return sentNs[place];
    }

    /**
     * So many events of a frame are answered; the reading thread.
     *
     * @return false when the frame had fewer: the answer is wrong
     */
    boolean answered(int place, int events) {
        unanswered[place] -= events;
        if (unanswered[place] == 0) {
            places.giveBack(place);
        }
        return unanswered[place] >= 0;
    }
}
