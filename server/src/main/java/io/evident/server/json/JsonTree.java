package io.evident.server.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON value in memory: for small documents, where convenience is worth more than speed. A part that is not there is
 * an empty tree, so that paths can be followed without asking. Immutable.
 */
public final class JsonTree {
    private static final JsonFactory JSON = new JsonFactory();
    private static final JsonTree NOTHING = new JsonTree(null);

    /** A map, a list, a string, a number, a boolean, or {@code null}. */
    private final Object value;

    private JsonTree(Object value) {
        this.value = value;
    }

    /**
     * Reads one JSON value.
     *
     * @throws IOException when the bytes are no JSON value, and nothing else
     */
    public static JsonTree parse(byte[] bytes) throws IOException {
        try (JsonParser parser = JSON.createParser(bytes)) {
            parser.nextToken();
            JsonTree tree = new JsonTree(read(parser));
            if (parser.nextToken() != null) {
                throw new IOException("there is something after the JSON value");
            }
            return tree;
        }
    }

    private static Object read(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new IOException("there is no JSON value");
        }
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> members = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.put(name, read(parser));
                }
                yield Collections.unmodifiableMap(members);
            }
            case START_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(read(parser));
                }
                yield Collections.unmodifiableList(elements);
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getBigIntegerValue();
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IOException("unexpected " + token);
        };
    }

    /** What lies at the end of a path of member names. */
    public JsonTree at(String... path) {
        Object at = value;
        for (String name : path) {
            if (!(at instanceof Map<?, ?> members)) {
                return NOTHING;
            }
            at = members.get(name);
        }
        return new JsonTree(at);
    }

    /** The elements of a list; none of anything else. */
    public List<JsonTree> elements() {
        List<JsonTree> elements = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(each -> elements.add(new JsonTree(each)));
        }
        return elements;
    }

    /** The values of an object's members; none of anything else. */
    public List<JsonTree> values() {
        List<JsonTree> values = new ArrayList<>();
        if (value instanceof Map<?, ?> members) {
            members.values().forEach(each -> values.add(new JsonTree(each)));
        }
        return values;
    }

    /** The text of a string that is not empty, else {@code null}. */
    public String text() {
        return value instanceof String text && !text.isEmpty() ? text : null;
    }

    /** {@link #text} at a path. */
    public String text(String... path) {
        return at(path).text();
    }

    /** A number, or {@code otherwise} when it is none. */
    public long number(long otherwise) {
        return value instanceof Number number ? number.longValue() : otherwise;
    }

    /** Whether this is {@code true}. */
    public boolean isTrue() {
        return Boolean.TRUE.equals(value);
    }

    /** Whether this is an object. */
    public boolean isObject() {
        return value instanceof Map;
    }

    /** Whether there is anything here but null. */
    public boolean isThere() {
        return value != null;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonTree tree && java.util.Objects.equals(value, tree.value);
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hashCode(value);
    }

    @Override
    public String toString() {
        return String.valueOf(value);
    }
}
