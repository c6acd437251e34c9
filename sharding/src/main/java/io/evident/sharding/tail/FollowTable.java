package io.evident.sharding.tail;

import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FieldCondition;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.filter.ValuePattern;
import io.evident.pipeline.ledger.Utf8Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Many followings, so arranged that an event is offered only to those that may want it: each stands under the values of one
 * field that it asks for, and an event looks up its own values. What a thousand selective followings cost for an event is a
 * few look-ups. Built once for a list of followings; for the tail's thread.
 */
final class FollowTable {
    /** A field that a following may stand under; the most selective first. */
    private enum Key {
        STREAM(FilterField.STREAM, EventField.STREAM),
        ACTOR(FilterField.ACTOR, EventField.ACTOR_ID),
        ACTION(FilterField.ACTION, EventField.ACTION),
        CATEGORY(FilterField.CATEGORY, EventField.CATEGORY),
        TENANT(FilterField.TENANT, EventField.TENANT);

        private final FilterField asked;
        private final EventField field;

        Key(FilterField asked, EventField field) {
            this.asked = asked;
            this.field = field;
        }
    }

    private static final Key[] KEYS = Key.values();

    private final List<Follow> all;
    private final List<Follow> anywhere = new ArrayList<>();
    private final List<Utf8Table<List<Follow>>> byValue = new ArrayList<>();

    FollowTable(List<Follow> follows) {
        all = List.copyOf(follows);
        for (int i = 0; i < KEYS.length; i++) {
            byValue.add(new Utf8Table<>());
        }
        all.forEach(this::add);
    }

    /** Whether it was built for exactly these. */
    boolean isOf(List<Follow> follows) {
        return all.equals(follows);
    }

    private void add(Follow follow) {
        for (Key key : KEYS) {
            List<String> values = values(follow.filter(), key.asked);
            if (!values.isEmpty()) {
                values.forEach(value -> under(key, value).add(follow));
                return;
            }
        }
        anywhere.add(follow);
    }

    private List<Follow> under(Key key, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return byValue.get(key.ordinal()).computeIfAbsent(utf8, 0, utf8.length, name -> new ArrayList<>());
    }

    /** The values one of which an event must have in a field; none when there are others that will do. */
    private static List<String> values(EventFilter filter, FilterField field) {
        for (FieldCondition condition : filter.conditions()) {
            boolean exact = condition.values().stream().allMatch(value -> value.kind() == ValuePattern.Kind.EXACT);
            if (condition.field() == field && !condition.negated() && exact) {
                return condition.values().stream().map(ValuePattern::text).toList();
            }
        }
        return List.of();
    }

    /** All followings, in no particular order. */
    List<Follow> all() {
        return all;
    }

    /** Shows each following that may want an event, once. */
    void candidates(EventView event, Consumer<Follow> to) {
        for (Key key : KEYS) {
            Utf8Table<List<Follow>> table = byValue.get(key.ordinal());
            if (table.size() > 0) {
                List<Follow> follows =
                        table.get(event.bytes(), event.fieldOffset(key.field), event.fieldLength(key.field));
                if (follows != null) {
                    follows.forEach(to);
                }
            }
        }
        anywhere.forEach(to);
    }
}
