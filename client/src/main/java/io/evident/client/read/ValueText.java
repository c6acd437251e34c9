package io.evident.client.read;

import io.evident.event.Outcome;
import io.evident.event.Severity;
import java.nio.charset.StandardCharsets;

/**
 * One value of a condition as the server reads it: {@code *} at the end stands for whatever follows, and a backslash before
 * a comma, an asterisk or a backslash takes that character as it is. Stateless.
 */
final class ValueText {
    private ValueText() {}

    /** The very value. */
    static String exactly(ReadField field, String value) {
        requireText(field, value);
        boolean right = switch (field) {
            case OUTCOME -> Outcome.ofText(value) != null;
            case SEVERITY -> Severity.ofText(value) != null;
            case IP -> value.indexOf('/') < 0;
            default -> true;
        };
        if (!right) {
            throw new IllegalArgumentException(field.text() + " '" + value + "' "
                    + (field == ReadField.IP ? "is a network; ask with network()" : "is none of its values"));
        }
        return escape(value);
    }

    /** Every value that begins so. */
    static String startingWith(ReadField field, String prefix) {
        requireText(field, prefix);
        if (!field.takesPrefix()) {
            throw new IllegalArgumentException(field.text() + " cannot be asked for by prefix");
        }
        return escape(prefix) + "*";
    }

    /** Every address of a network. */
    static String network(String network) {
        requireText(ReadField.IP, network);
        if (!network.matches("[0-9A-Fa-f.:]+/[0-9]{1,3}")) {
            throw new IllegalArgumentException("'" + network + "' is no network such as 10.1.0.0/16 or 2001:db8::/32");
        }
        return network;
    }

    /** Makes sure that a text can be asked for: there is one, and nothing in it would be sent as something else. */
    static void requireText(ReadField field, String value) {
        requireText(field.text(), value);
    }

    static void requireText(String name, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(name + " has an empty value");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new IllegalArgumentException(name + " has a surrogate without its other half");
        }
    }

    private static String escape(String value) {
        StringBuilder escaped = new StringBuilder(value.length() + 8);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' || c == ',' || c == '*') {
                escaped.append('\\');
            }
            escaped.append(c);
        }
        return escaped.toString();
    }
}
