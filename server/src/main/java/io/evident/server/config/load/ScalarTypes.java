package io.evident.server.config.load;

import io.evident.server.config.HostPort;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** The types of values that are one text. */
final class ScalarTypes {
    private ScalarTypes() {}

    /** A whole number within a range, both ends included. */
    static ValueType<Long> number(long min, long max) {
        return scalar(numberFrom(min, max), text -> parse(text, min, max));
    }

    /** {@link #number} for what an {@code int} holds. */
    static ValueType<Integer> integer(int min, int max) {
        return scalar(numberFrom(min, max), text -> {
            Long value = parse(text, min, max);
            return value == null ? null : Math.toIntExact(value);
        });
    }

    private static String numberFrom(long min, long max) {
        return "a whole number from " + min + " to " + max;
    }

    private static Long parse(String text, long min, long max) {
        if (!text.matches("-?\\d{1,18}")) {
            return null;
        }
        long value = Long.parseLong(text);
        return value >= min && value <= max ? value : null;
    }

    static ValueType<Boolean> yesOrNo() {
        return scalar(
                "true or false",
                text -> text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null);
    }

    /** One of an enumeration's names, lower-case. */
    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
        E[] all = type.getEnumConstants();
        StringBuilder names = new StringBuilder("one of ");
        for (int i = 0; i < all.length; i++) {
            names.append(i == 0 ? "" : ", ").append(all[i].name().toLowerCase(Locale.ROOT));
        }
        return scalar(names.toString(), text -> {
            for (E each : all) {
                if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return each;
                }
            }
            return null;
        });
    }

    static ValueType<HostPort> address() {
        return scalar("HOST:PORT, an IPv6 host in brackets, the port from 0 to 65535", HostPort::parse);
    }

    static ValueType<ZoneId> zone() {
        return scalar("a time zone such as Europe/Berlin or UTC", text -> {
            try {
                return ZoneId.of(text);
            } catch (DateTimeException unknown) {
                return null;
            }
        });
    }

    static ValueType<Path> path() {
        return scalar("a path", text -> {
            try {
                return text.isBlank() ? null : Path.of(text);
            } catch (InvalidPathException invalid) {
                return null;
            }
        });
    }

    /** A path, or the word {@code none}. */
    static ValueType<Optional<Path>> optionalPath() {
        return scalar("a path, or none", text -> {
            if (text.equals("none")) {
                return Optional.empty();
            }
            try {
                return text.isBlank() ? null : Optional.of(Path.of(text));
            } catch (InvalidPathException invalid) {
                return null;
            }
        });
    }

    /** A text of 1 to {@code maxLength} characters. */
    static ValueType<String> text(int maxLength) {
        return scalar(
                "a text of 1 to " + maxLength + " characters",
                text -> text.isBlank() || text.length() > maxLength ? null : text);
    }

    /** A value that a function understands; the function returns {@code null} for what it does not. */
    static <T> ValueType<T> scalar(String description, Function<String, T> parse) {
        return new Scalar<>(description, parse);
    }

    private record Scalar<T>(String describe, Function<String, T> parse) implements ValueType<T> {
        @Override
        public T read(Reading reading, Node node) {
            if (!(node instanceof ScalarNode scalar)) {
                return reading.problem(node, "is a list or a section; it has to be " + describe);
            }
            if (scalar.getTag().equals(Tag.NULL)) {
                return reading.problem(node, "has no value; it has to be " + describe);
            }
            T value = parse.apply(scalar.getValue());
            return value != null ? value : reading.problem(node, "is " + shown(scalar) + "; it has to be " + describe);
        }

        private static String shown(ScalarNode scalar) {
            String text = scalar.getValue();
            return "'" + (text.length() > 80 ? text.substring(0, 80) + "..." : text) + "'";
        }
    }
}
