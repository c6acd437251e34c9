package io.evident.pipeline.latency;

import io.evident.event.Lane;

/** The latencies of one shard's road. Writer and committer record, each its own; one metrics thread drains. */
public final class ShardLatencies {
    private final LatencyRecorder[] journaled = recorders();
    private final LatencyRecorder[] synced = recorders();
    private final LatencyRecorder append = new LatencyRecorder();
    private final LatencyRecorder force = new LatencyRecorder();
    private final LatencyRecorder emergency = new LatencyRecorder();

    private static LatencyRecorder[] recorders() {
        LatencyRecorder[] recorders = new LatencyRecorder[Lane.count()];
        for (int i = 0; i < recorders.length; i++) {
            recorders[i] = new LatencyRecorder();
        }
        return recorders;
    }

    /** From the frame's reading until the event was journaled, for every event of a lane. */
    public LatencyRecorder journaled(Lane lane) {
        return journaled[lane.ordinal()];
    }

    /** From the frame's reading until the event was forced, for those whose sender waited for it. */
    public LatencyRecorder synced(Lane lane) {
        return synced[lane.ordinal()];
    }

    /** One block's append to the journal. */
    public LatencyRecorder append() {
        return append;
    }

    /** From the frame's reading until the event was safe, for those that took the emergency path. */
    public LatencyRecorder emergency() {
        return emergency;
    }

    /** One force of the journal. */
    public LatencyRecorder force() {
        return force;
    }
}
