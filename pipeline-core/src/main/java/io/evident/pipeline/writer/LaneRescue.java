package io.evident.pipeline.writer;

/**
 * What writer and emergency thread tell each other of a CRITICAL lane while the shard's journal has no room for its events.
 * Thread-safe.
 */
final class LaneRescue {
    private volatile boolean wanted;
    private volatile boolean mayTake = true;

    /** The journal has no room for CRITICAL events. The writer's thread only. */
    void want() {
        wanted = true;
    }

    /** The journal has taken a block. The writer's thread only. */
    void end() {
        if (wanted) {
            wanted = false;
        }
    }

    boolean isWanted() {
        return wanted;
    }

    /**
     * Whether what is in the lane came before all that was written of the queue in this use of the path. The emergency
     * thread only.
     */
    void mayTake(boolean may) {
        if (mayTake != may) {
            mayTake = may;
        }
    }

    boolean mayTake() {
        return mayTake;
    }
}
