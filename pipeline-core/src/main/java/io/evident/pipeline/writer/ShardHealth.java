package io.evident.pipeline.writer;

import java.util.concurrent.atomic.AtomicReference;

/** The state of one shard, and what made it fail. Writer and committer may fail it; anyone reads. */
public final class ShardHealth {
    private final AtomicReference<Throwable> cause = new AtomicReference<>();

    public ShardState state() {
        return cause.get() == null ? ShardState.OPEN : ShardState.FAILED;
    }

    /** What failed first, or {@code null} while the shard is open. */
    public Throwable cause() {
        return cause.get();
    }

    /** Records a failure; true when it is the first one, which is the one to report. */
    boolean fail(Throwable throwable) {
        return cause.compareAndSet(null, throwable);
    }
}
