package io.evident.pipeline.filter;

import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** One condition of a filter, held against events. Not thread-safe. */
abstract class ConditionTest {
    private final boolean negated;

    private ConditionTest(FieldCondition condition) {
        negated = condition.negated();
    }

    static ConditionTest of(FieldCondition condition) {
        return switch (condition.field()) {
            case TENANT -> new FieldTest(condition, EventField.TENANT);
            case STREAM -> new FieldTest(condition, EventField.STREAM);
            case ACTOR -> new FieldTest(condition, EventField.ACTOR_ID);
            case ACTION -> new FieldTest(condition, EventField.ACTION);
            case CATEGORY -> new FieldTest(condition, EventField.CATEGORY);
            case RESOURCE -> new ResourceTest(condition);
            case OUTCOME ->
                new CodeTest(
                        condition,
                        Arrays.stream(Outcome.values())
                                .filter(outcome -> isWanted(condition, outcome.text()))
                                .mapToInt(Enum::ordinal));
            case SEVERITY ->
                new CodeTest(
                        condition,
                        Arrays.stream(Severity.values())
                                .filter(severity -> isWanted(condition, severity.name()))
                                .mapToInt(Enum::ordinal));
            case LABEL -> new LabelTest(condition);
            case IP -> new IpTest(condition);
        };
    }

    private static boolean isWanted(FieldCondition condition, String value) {
        return condition.values().stream().anyMatch(pattern -> pattern.text().equals(value));
    }

    final boolean holds(EventView event) {
        return hasOne(event) != negated;
    }

    /** Whether the event has one of the values. */
    abstract boolean hasOne(EventView event);

    /** Values and beginnings of values as bytes. */
    private static final class Texts {
        private final byte[][] exact;
        private final byte[][] prefixes;

        Texts(List<ValuePattern> values) {
            exact = of(values, ValuePattern.Kind.EXACT);
            prefixes = of(values, ValuePattern.Kind.PREFIX);
        }

        private static byte[][] of(List<ValuePattern> values, ValuePattern.Kind kind) {
            return values.stream()
                    .filter(value -> value.kind() == kind)
                    .map(value -> value.text().getBytes(StandardCharsets.UTF_8))
                    .toArray(byte[][]::new);
        }

        /** An absent field, which has no bytes in the layout, has none of the values. */
        boolean match(byte[] bytes, int from, int to) {
            if (from == to) {
                return false;
            }
            for (byte[] value : exact) {
                if (Arrays.equals(bytes, from, to, value, 0, value.length)) {
                    return true;
                }
            }
            for (byte[] prefix : prefixes) {
                if (to - from >= prefix.length
                        && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static final class FieldTest extends ConditionTest {
        private final EventField field;
        private final Texts texts;

        FieldTest(FieldCondition condition, EventField field) {
            super(condition);
            this.field = field;
            this.texts = new Texts(condition.values());
        }

        @Override
        boolean hasOne(EventView event) {
            int from = event.fieldOffset(field);
            return texts.match(event.bytes(), from, from + event.fieldLength(field));
        }
    }

    /** The id alone, or type and id with a slash between them; both may have slashes of their own. */
    private static final class ResourceTest extends ConditionTest {
        private final Texts texts;
        private byte[] joined = new byte[64];

        ResourceTest(FieldCondition condition) {
            super(condition);
            texts = new Texts(condition.values());
        }

        @Override
        boolean hasOne(EventView event) {
            int id = event.fieldOffset(EventField.RESOURCE_ID);
            int idLength = event.fieldLength(EventField.RESOURCE_ID);
            if (texts.match(event.bytes(), id, id + idLength)) {
                return true;
            }
            int type = event.fieldOffset(EventField.RESOURCE_TYPE);
            int typeLength = event.fieldLength(EventField.RESOURCE_TYPE);
            int length = typeLength + 1 + idLength;
            if (joined.length < length) {
                joined = new byte[length * 2];
            }
            System.arraycopy(event.bytes(), type, joined, 0, typeLength);
            joined[typeLength] = '/';
            System.arraycopy(event.bytes(), id, joined, typeLength + 1, idLength);
            return texts.match(joined, 0, length);
        }
    }

    private static final class CodeTest extends ConditionTest {
        private final boolean outcomes;
        private int wanted;

        CodeTest(FieldCondition condition, java.util.stream.IntStream codes) {
            super(condition);
            outcomes = condition.field() == FilterField.OUTCOME;
            codes.forEach(code -> wanted |= 1 << code);
        }

        @Override
        boolean hasOne(EventView event) {
            Enum<?> value = outcomes ? event.outcome() : event.severity();
            return value != null && (wanted & 1 << value.ordinal()) != 0;
        }
    }

    private static final class LabelTest extends ConditionTest {
        private final Texts texts;

        LabelTest(FieldCondition condition) {
            super(condition);
            texts = new Texts(condition.values());
        }

        @Override
        boolean hasOne(EventView event) {
            for (int i = 0, at = event.firstLabelOffset(); i < event.labelCount(); i++) {
                int length = event.labelLength(at);
                int from = event.labelTextOffset(at);
                if (texts.match(event.bytes(), from, from + length)) {
                    return true;
                }
                at = from + length;
            }
            return false;
        }
    }

    private static final class IpTest extends ConditionTest {
        private final byte[][] exact;
        private final IpNetwork[] networks;
        private final IpKey key = new IpKey();

        IpTest(FieldCondition condition) {
            super(condition);
            exact = condition.values().stream()
                    .filter(value -> value.kind() == ValuePattern.Kind.EXACT)
                    .map(value -> IpKey.of(value.text()))
                    .toArray(byte[][]::new);
            networks = condition.values().stream()
                    .filter(value -> value.kind() == ValuePattern.Kind.NETWORK)
                    .map(value -> IpNetwork.parse(value.text()))
                    .toArray(IpNetwork[]::new);
        }

        @Override
        boolean hasOne(EventView event) {
            if (!event.has(EventField.ACTOR_IP)) {
                return false;
            }
            key.read(event.bytes(), event.fieldOffset(EventField.ACTOR_IP), event.fieldLength(EventField.ACTOR_IP));
            for (byte[] wanted : exact) {
                if (Arrays.equals(key.bytes(), 0, key.length(), wanted, 0, wanted.length)) {
                    return true;
                }
            }
            for (IpNetwork network : networks) {
                if (network.contains(key.bytes(), key.length())) {
                    return true;
                }
            }
            return false;
        }
    }
}
