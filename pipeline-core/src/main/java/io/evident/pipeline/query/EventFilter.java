package io.evident.pipeline.query;

import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.admission.TenantScope;
import java.util.Objects;

/**
 * Which events are wanted; every part that is not {@code null} has to match exactly.
 *
 * @param scope the tenants the caller may see; always applies
 * @param resource the resource's id, or its type and id as {@code type/id}
 */
public record EventFilter(
        TenantScope scope,
        String tenant,
        String stream,
        String actor,
        String action,
        String resource,
        Outcome outcome,
        Severity severity,
        String label) {

    public EventFilter {
        Objects.requireNonNull(scope, "scope");
    }

    /** Everything within a scope. */
    public static EventFilter all(TenantScope scope) {
        return new EventFilter(scope, null, null, null, null, null, null, null, null);
    }
}
