package io.evident.ingest.http;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The parameters of a request's query string, read strictly: each at most once, none that the path does not know, none
 * empty. The first thing that is wrong is kept as {@link #refusal()}; values read after it mean nothing.
 */
public final class QueryParameters {
    private final Map<String, String> values = new LinkedHashMap<>();
    private Refusal refusal;

    private QueryParameters() {}

    /**
     * Reads a query string.
     *
     * @param raw what stands after the question mark; may be empty
     * @param known the names that the path takes
     */
    static QueryParameters parse(String raw, Set<String> known) {
        QueryParameters parameters = new QueryParameters();
        for (String pair : raw.split("&", -1)) {
            if (!pair.isEmpty() && parameters.refusal == null) {
                parameters.add(pair, known);
            }
        }
        return parameters;
    }

    private void add(String pair, Set<String> known) {
        int equals = pair.indexOf('=');
        String name = decode(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
        if (name == null || !known.contains(name)) {
            refuse(name == null ? null : excerpt(name), "is no parameter of this path; known are " + sorted(known));
        } else if (value == null) {
            refuse(name, "is not valid percent-encoded UTF-8");
        } else if (value.isEmpty()) {
            refuse(name, "is empty; leave it out instead");
        } else if (values.putIfAbsent(name, value) != null) {
            refuse(name, "stands twice");
        }
    }

    private static String sorted(Set<String> known) {
        return known.isEmpty()
                ? "none"
                : String.join(", ", known.stream().sorted().toList());
    }

    /** What is wrong, or {@code null}. */
    public Refusal refusal() {
        return refusal;
    }

    /** Keeps what is wrong with a parameter, unless something was wrong before. */
    public void refuse(String name, String detail) {
        if (refusal == null) {
            refusal = new Refusal(RefusalReason.INVALID_QUERY, name, detail);
        }
    }

    /** A parameter's value, or {@code null} when it is absent. */
    public String text(String name) {
        return values.get(name);
    }

    /** A parameter as something else than text; what {@code reader} gives {@code null} for is refused. */
    public <T> T read(String name, Function<String, T> reader, T otherwise, String expected) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        T value = reader.apply(text);
        if (value == null) {
            refuse(name, "'" + excerpt(text) + "' is not " + expected);
            return otherwise;
        }
        return value;
    }

    /** The beginning of a text that a client sent, to be quoted in a refusal. */
    public static String excerpt(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "...";
    }

    /** Percent-decodes a segment of a path, where a plus is a plus (RFC 3986); {@code null} when it is not UTF-8. */
    public static String decodeSegment(String raw) {
        return decode(raw.replace("+", "%2B"));
    }

    /** Percent-decodes as forms do ({@code +} is a blank); {@code null} when it is not UTF-8. */
    static String decode(String raw) {
        if (isPlain(raw)) {
            return raw;
        }
        byte[] bytes = new byte[raw.length()];
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return null;
                }
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else if (c > 0x7E || c < 0x20) {
                return null;
            } else {
                bytes[length++] = (byte) (c == '+' ? ' ' : c);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Whether a text means itself, as nearly all do. */
    private static boolean isPlain(String raw) {
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%' || c == '+' || c > 0x7E || c < 0x20) {
                return false;
            }
        }
        return true;
    }
}
