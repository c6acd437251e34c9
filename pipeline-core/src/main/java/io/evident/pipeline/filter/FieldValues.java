package io.evident.pipeline.filter;

import io.evident.event.EventField;
import io.evident.event.EventView;
import java.util.function.Consumer;

/** The values that events are told apart by, as answers have them. Stateless. */
public final class FieldValues {
    private FieldValues() {}

    /**
     * Shows an event's values of a field: none when it is absent, one, or each of its labels. Of {@link FilterField#RESOURCE}
     * the type, of {@link FilterField#IP} the address as it is normally spelled.
     */
    public static void of(EventView event, FilterField field, Consumer<String> values) {
        switch (field) {
            case TENANT -> text(event, EventField.TENANT, values);
            case STREAM -> text(event, EventField.STREAM, values);
            case ACTOR -> text(event, EventField.ACTOR_ID, values);
            case ACTION -> text(event, EventField.ACTION, values);
            case CATEGORY -> text(event, EventField.CATEGORY, values);
            case RESOURCE -> text(event, EventField.RESOURCE_TYPE, values);
            case OUTCOME -> values.accept(event.outcome().text());
            case SEVERITY -> values.accept(event.severity().name());
            case LABEL -> event.labels().stream().distinct().forEach(values);
            case IP -> text(event, EventField.ACTOR_IP, address -> values.accept(IpKey.text(IpKey.of(address))));
        }
    }

    private static void text(EventView event, EventField field, Consumer<String> values) {
        if (event.has(field)) {
            values.accept(event.text(field));
        }
    }
}
