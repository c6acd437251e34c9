package io.evident.pipeline.filter;

import io.evident.event.Outcome;
import io.evident.event.Severity;
import java.util.ArrayList;
import java.util.List;

/**
 * A condition as people write it: values with commas between them, of which the event has to have one; {@code *} at the end
 * of a value stands for whatever follows. A backslash before a comma, an asterisk or a backslash takes that character as it
 * is; any other backslash is one. Stateless.
 */
public final class FilterText {
    private FilterText() {}

    /**
     * What came of reading a condition.
     *
     * @param condition the condition, or {@code null}
     * @param complaint what is wrong, to be put behind the field's name; {@code null} when nothing is
     */
    public record Reading(FieldCondition condition, String complaint) {}

    /** Reads the values of a field. */
    public static Reading read(FilterField field, boolean negated, String text) {
        List<ValuePattern> values = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        boolean prefix = false;
        for (int i = 0; i <= text.length(); i++) {
            boolean end = i == text.length() || text.charAt(i) == ',';
            if (prefix && !end) {
                return wrong("has an asterisk within a value; it stands at the end, or behind a backslash");
            }
            if (end) {
                ValuePattern pattern = pattern(field, value.toString(), prefix);
                String complaint = complaint(field, pattern);
                if (complaint != null) {
                    return wrong(complaint);
                }
                values.add(pattern);
                value.setLength(0);
                prefix = false;
            } else if (text.charAt(i) == '*') {
                prefix = true;
            } else {
                i += isEscape(text, i) ? 1 : 0;
                value.append(text.charAt(i));
            }
        }
        if (values.size() > FieldCondition.MAX_VALUES) {
            return wrong("has " + values.size() + " values; at most " + FieldCondition.MAX_VALUES + " are taken");
        }
        return new Reading(new FieldCondition(field, negated, values), null);
    }

    private static boolean isEscape(String text, int at) {
        return text.charAt(at) == '\\' && at + 1 < text.length() && ",*\\".indexOf(text.charAt(at + 1)) >= 0;
    }

    private static Reading wrong(String complaint) {
        return new Reading(null, complaint);
    }

    private static ValuePattern pattern(FilterField field, String value, boolean prefix) {
        if (prefix) {
            return ValuePattern.startingWith(value);
        }
        boolean isNetwork = field == FilterField.IP && IpNetwork.parse(value) != null;
        return new ValuePattern(isNetwork ? ValuePattern.Kind.NETWORK : ValuePattern.Kind.EXACT, value);
    }

    private static String complaint(FilterField field, ValuePattern pattern) {
        boolean prefix = pattern.kind() == ValuePattern.Kind.PREFIX;
        String text = pattern.text();
        if (text.isEmpty()) {
            return prefix ? "has an asterisk alone, which asks for nothing" : "has an empty value";
        }
        return switch (field) {
            case OUTCOME ->
                prefix || Outcome.ofText(text) == null
                        ? "has a value that is not one of success, failure, denied, unknown"
                        : null;
            case SEVERITY ->
                prefix || Severity.ofText(text) == null
                        ? "has a value that is not one of P0_CRITICAL, P1_HIGH, P2_MEDIUM, P3_LOW, P4_INFO"
                        : null;
            case IP ->
                prefix
                        ? "has an asterisk; name a network instead, as in 10.1.0.0/16"
                        : text.indexOf('/') >= 0 && pattern.kind() != ValuePattern.Kind.NETWORK
                                ? "has a value that is no network; write it as in 10.1.0.0/16 or 2001:db8::/32"
                                : null;
            default -> null;
        };
    }
}
