package io.evident.event.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.evident.event.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What is asked of a range of bytes as a whole that has to hold JSON. */
final class JsonText {
    /** Looks for a place only, so that lengths do not matter. */
    private static final JsonFactory PATIENT = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private JsonText() {}

    /** Where the JSON begins: after a byte order mark, which some editors write, and white space. */
    static int begin(byte[] bytes, int offset, int end) {
        boolean marked = end - offset >= 3
                && (bytes[offset] & 0xFF) == 0xEF
                && (bytes[offset + 1] & 0xFF) == 0xBB
                && (bytes[offset + 2] & 0xFF) == 0xBF;
        return JsonScanner.skipSpace(bytes, marked ? offset + 3 : offset, end);
    }

    /**
     * Whether a range holds exactly one JSON value.
     *
     * @param base where lines and columns are counted from
     * @param start where the value begins, white space apart
     * @param field what is at hand, for the refusal; may be {@code null}
     * @return {@code null}, or what is malformed
     */
    static Refusal malformed(JsonScanner scanner, byte[] bytes, int base, int start, int end, String field) {
        int valueEnd = scanner.skipValue(bytes, start, end);
        if (valueEnd == JsonScanner.MALFORMED) {
            return JsonErrors.malformed(bytes, base, end, scanner.errorOffset(), scanner.expected(), field);
        }
        int rest = JsonScanner.skipSpace(bytes, valueEnd, end);
        return rest == end ? null : JsonErrors.malformed(bytes, base, end, rest, "nothing after the JSON", field);
    }

    /**
     * The field in which a byte stands that is not UTF-8, or {@code null} when it is none. Reads a copy in which every
     * byte that is not ASCII is a question mark, so that the parser comes as far as the fault.
     *
     * @param start where a well-formed JSON object begins
     */
    static String fieldAt(byte[] bytes, int start, int end, int illFormed) {
        byte[] ascii = new byte[end - start];
        for (int i = 0; i < ascii.length; i++) {
            byte b = bytes[start + i];
            ascii[i] = b < 0 ? (byte) '?' : b;
        }
        String field = null;
        try (JsonParser parser = PATIENT.createParser(ascii)) {
            while (parser.nextToken() != null && parser.currentTokenLocation().getByteOffset() <= illFormed - start) {
                field = fieldOf(parser.getParsingContext());
            }
            return field;
        } catch (StreamConstraintsException tooDeep) {
            // What nests too deep for the parser lies within one field, the one at hand.
            return field;
        } catch (IOException impossible) {
            throw new UncheckedIOException("well-formed JSON could not be read", impossible);
        }
    }

    /** The dotted name of where a parser stands; what is inside attributes or an unknown field is the field itself. */
    private static String fieldOf(JsonStreamContext context) {
        if (context.inRoot()) {
            return null;
        }
        JsonStreamContext parent = context.getParent();
        if (parent.inRoot()) {
            return context.getCurrentName() == null ? null : JsonExcerpt.of(context.getCurrentName());
        }
        if (!parent.getParent().inRoot()) {
            return fieldOf(parent);
        }
        String name = parent.getCurrentName();
        EventMember member = name == null ? null : EventMember.of(null, name);
        if (member == EventMember.LABELS && context.inArray()) {
            return "labels[" + context.getCurrentIndex() + "]";
        }
        boolean nested = member == EventMember.ACTOR || member == EventMember.RESOURCE;
        return nested && context.getCurrentName() != null
                ? member.dottedName() + "." + JsonExcerpt.of(context.getCurrentName())
                : fieldOf(parent);
    }
}
