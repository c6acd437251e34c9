package io.evident.pipeline.control;

import io.evident.pipeline.control.ShardControl.Caller;
import io.evident.pipeline.retention.RetentionRule;
import java.util.function.Consumer;

/**
 * Shows and changes how long events are kept. Thread-safe; never blocks: the one answer comes on the caller's thread when it
 * is refused at once, else on another. A tenant is a name as events have it; {@value #OTHERS} stands for all that have no
 * rule of their own, and never for Evident's own.
 */
public interface RetentionControl {
    /** All tenants without a rule of their own. */
    String OTHERS = "*";

    /** Shows everything; the answer is {@link RetentionAnswer.Shown}. */
    void show(Consumer<RetentionAnswer> answer);

    /** Gives a tenant a rule, in the place of the one it has. */
    void setRule(String tenant, RetentionRule rule, Caller caller, Consumer<RetentionAnswer> answer);

    /** Takes a tenant's own rule away: that of all others is its rule then, if there is one. */
    void removeRule(String tenant, Caller caller, Consumer<RetentionAnswer> answer);

    /**
     * From now on nothing of a tenant expires, until it is released.
     *
     * @param reason 1 to {@link io.evident.pipeline.retention.RetentionHold#MAX_REASON} characters
     */
    void hold(String tenant, String reason, Caller caller, Consumer<RetentionAnswer> answer);

    /** Ends a hold. */
    void release(String tenant, Caller caller, Consumer<RetentionAnswer> answer);
}
