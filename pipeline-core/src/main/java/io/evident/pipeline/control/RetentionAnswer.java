package io.evident.pipeline.control;

import io.evident.event.Refusal;

/** What became of a wish about how long events are kept. */
public sealed interface RetentionAnswer {
    /**
     * It is so, and will be after any stop.
     *
     * @param tenant how the tenant is now; its oldest event was not looked for
     */
    record Done(RetentionOverview.Tenant tenant) implements RetentionAnswer {}

    /** Everything there is. */
    record Shown(RetentionOverview overview) implements RetentionAnswer {}

    /** All is as it was. */
    record Refused(Refusal refusal) implements RetentionAnswer {}
}
