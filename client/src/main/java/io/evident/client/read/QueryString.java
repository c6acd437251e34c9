package io.evident.client.read;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The query string of a request. Not thread-safe. */
final class QueryString {
    private final StringBuilder text = new StringBuilder();

    /** Adds a parameter; {@code null} stands for none. Its name is one of ours and needs no encoding. */
    QueryString put(String name, Object value) {
        if (value != null) {
            text.append(text.length() == 0 ? '?' : '&').append(name).append('=').append(encode(value.toString()));
        }
        return this;
    }

    QueryString putAll(Map<String, String> parameters) {
        parameters.forEach(this::put);
        return this;
    }

    /** Percent-encodes; a blank too, which a plus sign stands for in forms only. */
    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** With the question mark; empty without parameters. */
    @Override
    public String toString() {
        return text.toString();
    }
}
