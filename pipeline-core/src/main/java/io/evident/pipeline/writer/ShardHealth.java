package io.evident.pipeline.writer;

import java.util.concurrent.atomic.AtomicReference;

/** The state of one shard, and what made it fail. Writer and committer may fail it; anyone reads. */
public final class ShardHealth {
    private record Condition(ShardState state, Throwable cause) {}

    private static final Condition OPEN = new Condition(ShardState.OPEN, null);

    private static final Condition SEALED = new Condition(ShardState.SEALED, null);

    private final AtomicReference<Condition> condition = new AtomicReference<>(OPEN);

    public ShardState state() {
        return condition.get().state();
    }

    /** What failed first, or {@code null} while the shard is open. */
    public Throwable cause() {
        return condition.get().cause();
    }

    /**
     * Records the failure of an open shard; true when it is the first one, which is the one to report.
     *
     * @param mayFailOver whether it can go on elsewhere
     */
    boolean fail(Throwable throwable, boolean mayFailOver) {
        ShardState next = mayFailOver ? ShardState.FAILING_OVER : ShardState.FAILED;
        return condition.compareAndSet(OPEN, new Condition(next, throwable));
    }

    /** Fails the shard for good, whatever it was at; true when it was not failed yet. */
    boolean failForGood(Throwable throwable) {
        Condition before = condition.getAndUpdate(
                now -> now.state() == ShardState.FAILED ? now : new Condition(ShardState.FAILED, throwable));
        return before.state() != ShardState.FAILED;
    }

    /** The shard takes no events, because it was given up; before anyone asks. */
    void seal() {
        condition.set(SEALED);
    }

    /** The shard goes on elsewhere, unless it was failed for good meanwhile. The writer only. */
    void goOn() {
        Condition now = condition.get();
        if (now.state() == ShardState.FAILING_OVER) {
            condition.compareAndSet(now, OPEN);
        }
    }
}
