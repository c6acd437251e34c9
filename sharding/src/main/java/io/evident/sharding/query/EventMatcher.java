package io.evident.sharding.query;

import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.query.EventFilter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A filter made ready to be held against many events: compares UTF-8 bytes in place. Allocates only when a scope of
 * several tenants meets an event of another tenant than the one before. One for each query or following; not thread-safe.
 */
public final class EventMatcher {
    private final TenantScope scope;
    private final byte[] tenant;
    private final byte[] stream;
    private final byte[] actor;
    private final byte[] action;
    private final byte[] resource;
    private final byte[] label;
    private final Outcome outcome;
    private final Severity severity;
    private final boolean nothingVisible;
    private byte[] lastTenant = new byte[0];
    private boolean lastVisible;

    public EventMatcher(EventFilter filter) {
        scope = filter.scope();
        String wanted = filter.tenant() != null ? filter.tenant() : scope.soleTenant();
        nothingVisible = wanted != null && !scope.contains(wanted);
        tenant = utf8(wanted);
        stream = utf8(filter.stream());
        actor = utf8(filter.actor());
        action = utf8(filter.action());
        resource = utf8(filter.resource());
        label = utf8(filter.label());
        outcome = filter.outcome();
        severity = filter.severity();
    }

    private static byte[] utf8(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    /** The one tenant whose events can match, or {@code null} when there may be several. */
    byte[] tenant() {
        return tenant;
    }

    /** The one stream whose events can match, or {@code null}. */
    byte[] stream() {
        return stream;
    }

    /** Whether no event at all can match, because the wanted tenant is not within the scope. */
    boolean matchesNothing() {
        return nothingVisible;
    }

    /** Whether an event is wanted and may be seen. */
    public boolean matches(EventView event) {
        return !nothingVisible
                && (outcome == null || outcome == event.outcome())
                && (severity == null || severity == event.severity())
                && is(event, EventField.TENANT, tenant)
                && is(event, EventField.STREAM, stream)
                && is(event, EventField.ACTION, action)
                && is(event, EventField.ACTOR_ID, actor)
                && (resource == null || isResource(event))
                && (label == null || event.hasLabel(label))
                && (tenant != null || isVisible(event));
    }

    /** An empty text is wanted of no event: in the layout it stands for an absent field. */
    private static boolean is(EventView event, EventField field, byte[] wanted) {
        return wanted == null || (wanted.length > 0 && event.fieldEquals(field, wanted));
    }

    private boolean isResource(EventView event) {
        return is(event, EventField.RESOURCE_ID, resource) || isTypeAndId(event);
    }

    private boolean isTypeAndId(EventView event) {
        int typeLength = event.fieldLength(EventField.RESOURCE_TYPE);
        int idLength = event.fieldLength(EventField.RESOURCE_ID);
        if (resource.length != typeLength + 1 + idLength || resource[typeLength] != '/') {
            return false;
        }
        int type = event.fieldOffset(EventField.RESOURCE_TYPE);
        int id = event.fieldOffset(EventField.RESOURCE_ID);
        return Arrays.equals(event.bytes(), type, type + typeLength, resource, 0, typeLength)
                && Arrays.equals(event.bytes(), id, id + idLength, resource, typeLength + 1, resource.length);
    }

    private boolean isVisible(EventView event) {
        if (scope == TenantScope.allButSystem()) {
            return scope.contains(event);
        }
        if (!event.fieldEquals(EventField.TENANT, lastTenant)) {
            int from = event.fieldOffset(EventField.TENANT);
            lastTenant = Arrays.copyOfRange(event.bytes(), from, from + event.fieldLength(EventField.TENANT));
            lastVisible = scope.contains(event);
        }
        return lastVisible;
    }
}
