package io.evident.pipeline.recorder;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value, as a test reads it. */
record Json(Object value) {
    static Json parse(String text) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            parser.nextToken();
            return new Json(read(parser));
        }
    }

    private static Object read(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            Map<String, Object> members = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                members.put(name, read(parser));
            }
            return members;
        }
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            List<Object> elements = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(read(parser));
            }
            return elements;
        }
        return parser.currentToken().isNumeric() ? (Object) parser.getLongValue() : parser.getText();
    }

    private Object member(String name) {
        return ((Map<?, ?>) value).get(name);
    }

    boolean has(String name) {
        return member(name) != null;
    }

    String text(String name) {
        return (String) member(name);
    }

    long number(String name) {
        return (Long) member(name);
    }

    long numberOr(String name, long otherwise) {
        return has(name) ? number(name) : otherwise;
    }

    Map<String, Long> numbers(String name) {
        Map<String, Long> numbers = new LinkedHashMap<>();
        ((Map<?, ?>) member(name)).forEach((key, number) -> numbers.put((String) key, (Long) number));
        return numbers;
    }

    List<Json> all(String name) {
        return ((List<?>) member(name)).stream().map(Json::new).toList();
    }

    @Override
    public String toString() {
        return String.valueOf(value);
    }
}
