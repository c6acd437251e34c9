package io.evident.client.read.answer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.evident.event.EventLimits;
import io.evident.event.EventTimeText;
import io.evident.event.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Walks over one JSON object of the server, member by member. What is of another type than asked for is a {@link
 * BadAnswerException}; what is no JSON is an {@link IOException}. Not thread-safe.
 */
final class JsonInput implements AutoCloseable {
    /** Attributes in an event in a list in an answer, and some room for what later versions add. */
    private static final int MAX_DEPTH = EventLimits.ATTRIBUTES_DEPTH + 16;

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNameLength(EventLimits.ATTRIBUTES_BYTES)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final byte[] bytes;
    private final JsonParser parser;
    private final EventTimeText times = new EventTimeText();

    /** Begins an object, which has to be all there is. */
    JsonInput(byte[] bytes) throws IOException {
        // The parser would take a zero byte for a sign of UTF-16.
        if (bytes.length < 2 || bytes[0] != '{' || bytes[1] == 0 || !Utf8.isWellFormed(bytes, 0, bytes.length)) {
            throw new BadAnswerException("the answer is no JSON object in UTF-8");
        }
        this.bytes = bytes;
        this.parser = JSON.createParser(bytes);
        parser.nextToken();
    }

    /** Goes to the next member of the object at hand: its name, or {@code null} at the end of the object. */
    String nextName() throws IOException {
        if (parser.nextToken() != JsonToken.FIELD_NAME) {
            return null;
        }
        String name = parser.currentName();
        parser.nextToken();
        return name;
    }

    /** Begins the array at hand. */
    void beginArray() {
        expect(JsonToken.START_ARRAY);
    }

    /** Goes to the next element of the array at hand; false at its end. */
    boolean nextElement() throws IOException {
        return parser.nextToken() != JsonToken.END_ARRAY;
    }

    /** Begins the object at hand. */
    void beginObject() {
        expect(JsonToken.START_OBJECT);
    }

    /** Passes by the value at hand, whatever it is. */
    void skip() throws IOException {
        parser.skipChildren();
    }

    String text() throws IOException {
        expect(JsonToken.VALUE_STRING);
        return parser.getText();
    }

    String textOrNull() throws IOException {
        return parser.currentToken() == JsonToken.VALUE_NULL ? null : text();
    }

    long number() throws IOException {
        expect(JsonToken.VALUE_NUMBER_INT);
        return parser.getLongValue();
    }

    Long numberOrNull() throws IOException {
        return parser.currentToken() == JsonToken.VALUE_NULL ? null : Long.valueOf(number());
    }

    int smallNumber() throws IOException {
        expect(JsonToken.VALUE_NUMBER_INT);
        return parser.getIntValue();
    }

    /** A time in nanoseconds since 1970. */
    long timeNs() throws IOException {
        String text = text();
        String problem = times.parse(text);
        if (problem != null) {
            throw new BadAnswerException("the time '" + text + "' of the answer " + problem);
        }
        return times.ns();
    }

    /** The object at hand byte for byte, which is passed by. */
    String rawObject() throws IOException {
        expect(JsonToken.START_OBJECT);
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int to = (int) parser.currentLocation().getByteOffset();
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** Makes sure that nothing stands behind the object. */
    void end() throws IOException {
        if (parser.nextToken() != null) {
            throw new BadAnswerException("the answer goes on behind its end");
        }
    }

    private void expect(JsonToken token) {
        if (parser.currentToken() != token) {
            throw new BadAnswerException("the answer has " + parser.currentToken() + " for '"
                    + parser.getParsingContext().getCurrentName() + "', where " + token + " was expected");
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
