package io.evident.pipeline.filter;

import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.pipeline.admission.TenantScope;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A filter made ready to be held against many events: compares UTF-8 bytes in place. Allocates only when a scope of
 * several tenants meets an event of another tenant than the one before. One for each query or following; not thread-safe.
 */
public final class EventMatcher {
    private final TenantScope scope;
    private final ConditionTest[] tests;
    private final AttributeText text;
    private final boolean nothingVisible;
    private final boolean scopeMatters;
    private byte[] lastTenant = new byte[0];
    private boolean lastVisible;

    public EventMatcher(EventFilter filter) {
        scope = filter.scope();
        tests = filter.conditions().stream().map(ConditionTest::of).toArray(ConditionTest[]::new);
        text = filter.text() == null ? null : new AttributeText(filter.text());
        String tenant = filter.soleValue(FilterField.TENANT);
        nothingVisible = tenant != null && !scope.contains(tenant);
        scopeMatters = tenant == null;
    }

    /** Whether no event at all can match, because the wanted tenant is not within the scope. */
    public boolean matchesNothing() {
        return nothingVisible;
    }

    /** Whether an event is wanted and may be seen. */
    public boolean matches(EventView event) {
        if (nothingVisible) {
            return false;
        }
        for (ConditionTest test : tests) {
            if (!test.holds(event)) {
                return false;
            }
        }
        return (!scopeMatters || isVisible(event)) && (text == null || text.isIn(event));
    }

    private boolean isVisible(EventView event) {
        if (scope.names() == null) {
            return scope.contains(event);
        }
        if (!event.fieldEquals(EventField.TENANT, lastTenant)) {
            int from = event.fieldOffset(EventField.TENANT);
            lastTenant = Arrays.copyOfRange(event.bytes(), from, from + event.fieldLength(EventField.TENANT));
            lastVisible = scope.contains(event);
        }
        return lastVisible;
    }

    /** The text that attributes have to contain; ASCII letters match in both cases. */
    private static final class AttributeText {
        private final byte[] wanted;

        AttributeText(String text) {
            wanted = text.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < wanted.length; i++) {
                wanted[i] = lower(wanted[i]);
            }
        }

        boolean isIn(EventView event) {
            byte[] bytes = event.bytes();
            int from = event.fieldOffset(EventField.ATTRIBUTES);
            int last = from + event.fieldLength(EventField.ATTRIBUTES) - wanted.length;
            for (int at = from; at <= last; at++) {
                int same = 0;
                while (same < wanted.length && lower(bytes[at + same]) == wanted[same]) {
                    same++;
                }
                if (same == wanted.length) {
                    return true;
                }
            }
            return false;
        }

        private static byte lower(byte letter) {
            return letter >= 'A' && letter <= 'Z' ? (byte) (letter + ('a' - 'A')) : letter;
        }
    }
}
