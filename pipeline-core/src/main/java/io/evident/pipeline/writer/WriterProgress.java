package io.evident.pipeline.writer;

/**
 * Since when a writer has been at one and the same thing. The writer notes it, anyone asks. One for a writer's thread,
 * which may be at the block of another shard, and one for each shard, which may be out of batches to hand to its
 * committer.
 */
public final class WriterProgress {
    /** No time by the clock: a {@code nanoTime} 292 years away from all others. */
    private static final long RESTING = Long.MIN_VALUE;

    private volatile long since = RESTING;

    /** The writer begins something, or goes on to the next. */
    void begin(long nowTick) {
        since = nowTick == RESTING ? nowTick + 1 : nowTick;
    }

    /** The writer cannot go on; the time of the first call counts. */
    void hold(long nowTick) {
        if (since == RESTING) {
            begin(nowTick);
        }
    }

    /** The writer has nothing to do. */
    void rest() {
        if (since != RESTING) {
            since = RESTING;
        }
    }

    /** Whether it has been at one thing for longer than this. */
    boolean isStalled(long nowTick, long stallNs) {
        long began = since;
        return began != RESTING && nowTick - began > stallNs;
    }
}
