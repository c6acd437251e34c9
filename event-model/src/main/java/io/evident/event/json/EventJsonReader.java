package io.evident.event.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.evident.event.EventEncoder;
import io.evident.event.EventField;
import io.evident.event.EventIdText;
import io.evident.event.EventLimits;
import io.evident.event.EventTimeText;
import io.evident.event.EventValidator;
import io.evident.event.Outcome;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import io.evident.event.Utf8;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Reads one event from JSON into an {@link EventEncoder}, strictly: what is no field of an event, stands twice, has the
 * wrong type or is not UTF-8 is refused with the name of the field. Attributes are kept byte for byte.
 *
 * <p>Reusable: a network thread has one. Not thread-safe.
 */
public final class EventJsonReader {
    /** No text field takes more characters; a longer text is refused without a further look. */
    private static final int MAX_TEXT_CHARS = 4096;

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(EventLimits.ATTRIBUTES_DEPTH + 2)
                    .maxNameLength(EventLimits.ATTRIBUTES_BYTES)
                    .maxStringLength(EventLimits.ATTRIBUTES_BYTES)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final AttributesCheck attributesCheck = new AttributesCheck();
    private final JsonScanner scanner = new JsonScanner();
    private final EventTimeText timeText = new EventTimeText();
    private final EventIdText idText = new EventIdText();
    private final byte[] utf8 = new byte[3 * MAX_TEXT_CHARS];

    private byte[] json = new byte[0];
    /** Where the input begins, and where the event in it does. */
    private int base;

    private int start;
    private int end;
    private EventEncoder event;
    private JsonParser parser;
    /** One bit for each {@link EventMember} that was there. */
    private long seen;
    /** The field at hand, for errors that show up while a value is read; {@code null} between fields. */
    private String field;

    /**
     * Reads the event that stands in these bytes, with nothing but white space before and after it.
     *
     * @param target is reset first, and holds the event afterwards; empty again when it is refused
     * @return {@code null}, or why this is no event
     */
    public Refusal read(byte[] bytes, int offset, int length, EventEncoder target) {
        json = bytes;
        base = offset;
        start = JsonText.begin(bytes, offset, offset + length);
        end = offset + length;
        event = target;
        target.reset();
        Refusal refusal = checkBegin();
        if (refusal == null) {
            int illFormed = Utf8.firstIllFormed(bytes, start, end - start);
            refusal = illFormed < 0 ? parse() : notUtf8(illFormed);
        }
        if (refusal != null) {
            target.reset();
        }
        return refusal;
    }

    private Refusal checkBegin() {
        if (start == end) {
            return Refusal.of(RefusalReason.MALFORMED, "expected an event, found nothing");
        }
        // The parser would take a zero byte for a sign of UTF-16.
        if (json[start] == '{' && (start + 1 == end || json[start + 1] != 0)) {
            return null;
        }
        Refusal malformed = JsonText.malformed(scanner, json, base, start, end, null);
        return malformed != null ? malformed : Refusal.of(RefusalReason.WRONG_TYPE, "an event is a JSON object");
    }

    private Refusal notUtf8(int illFormed) {
        Refusal malformed = JsonText.malformed(scanner, json, base, start, end, null);
        return malformed != null
                ? malformed
                : new Refusal(
                        RefusalReason.INVALID_TEXT,
                        JsonText.fieldAt(json, start, end, illFormed),
                        "is not valid UTF-8" + JsonErrors.where(json, base, illFormed));
    }

    private Refusal parse() {
        seen = 0;
        field = null;
        try (JsonParser opened = JSON.createParser(json, start, end - start)) {
            parser = opened;
            parser.nextToken();
            Refusal refusal = readObject(null);
            if (refusal == null) {
                field = null;
                refusal = parser.nextToken() == null ? checkComplete() : afterTheEnd();
            }
            return refusal;
        } catch (StreamConstraintsException tooMuch) {
            return tooMuch();
        } catch (JacksonException notJson) {
            return malformed(notJson);
        } catch (IOException impossible) {
            throw new UncheckedIOException("reading from memory failed", impossible);
        } finally {
            parser = null;
        }
    }

    /** Reads the members of the event ({@code parent} is {@code null}), its actor or its resource. */
    private Refusal readObject(EventMember parent) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            EventMember member = EventMember.of(parent, name);
            if (member == null) {
                return UnknownField.refusal(parent, name);
            }
            field = member.dottedName();
            if (member.serverFilled()) {
                return refuse(RefusalReason.SERVER_FIELD, "is filled in by the server; leave it out");
            }
            long bit = 1L << member.ordinal();
            if ((seen & bit) != 0) {
                return refuse(RefusalReason.DUPLICATE_FIELD, "stands twice");
            }
            seen |= bit;
            Refusal refusal = readMember(member, parser.nextToken());
            if (refusal != null) {
                return refusal;
            }
            field = parent == null ? null : parent.dottedName();
        }
        return null;
    }

    private Refusal readMember(EventMember member, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return refuse(RefusalReason.INVALID_VALUE, "is null" + insteadOfNothing(member));
        }
        return switch (member) {
            case ACTOR, RESOURCE -> token == JsonToken.START_OBJECT ? readObject(member) : wrongType("an object");
            case LABELS -> token == JsonToken.START_ARRAY ? readLabels() : wrongType("an array of strings");
            case ATTRIBUTES -> token == JsonToken.START_OBJECT ? readAttributes() : wrongType("an object");
            default -> token == JsonToken.VALUE_STRING ? readText(member) : wrongType("a string");
        };
    }

    private Refusal readText(EventMember member) throws IOException {
        int length = parser.getTextLength();
        if (length == 0) {
            return refuse(RefusalReason.INVALID_VALUE, "is empty" + insteadOfNothing(member));
        }
        if (length > MAX_TEXT_CHARS) {
            return tooLong();
        }
        return switch (member) {
            case ID -> readId(parser.getText());
            case TIME -> readTime(parser.getText());
            case OUTCOME -> readOutcome(parser.getText());
            case SEVERITY -> readSeverity(parser.getText());
            default -> readField(member.field());
        };
    }

    private static String insteadOfNothing(EventMember member) {
        return member.required() ? ", but it is required" : "; leave it out instead";
    }

    private Refusal readId(String text) {
        String problem = idText.parse(text);
        if (problem != null) {
            return refuse(RefusalReason.INVALID_ID, problem + "; it is \"" + JsonExcerpt.of(text) + "\"");
        }
        event.id(idText.high(), idText.low());
        return null;
    }

    private Refusal readTime(String text) {
        String problem = timeText.parse(text);
        if (problem != null) {
            return refuse(RefusalReason.INVALID_TIME, problem + "; it is \"" + JsonExcerpt.of(text) + "\"");
        }
        event.timeNs(timeText.ns());
        return null;
    }

    private Refusal readOutcome(String text) {
        Outcome outcome = Outcome.ofText(text);
        event.outcome(outcome);
        return outcome != null ? null : notOneOf(text, "success, failure, denied, unknown");
    }

    private Refusal readSeverity(String text) {
        Severity severity = Severity.ofText(text);
        event.severity(severity);
        return severity != null ? null : notOneOf(text, Arrays.toString(Severity.values()));
    }

    private Refusal notOneOf(String text, String allowed) {
        String list = allowed.replace("[", "").replace("]", "");
        return refuse(RefusalReason.INVALID_VALUE, "is \"" + JsonExcerpt.of(text) + "\", must be one of " + list);
    }

    private Refusal readField(EventField textField) throws IOException {
        int length = encodeText();
        if (length < 0) {
            return unpairedSurrogate();
        }
        return event.field(textField, utf8, 0, length) ? null : EventValidator.tooLong(textField, length);
    }

    private int encodeText() throws IOException {
        int length = parser.getTextLength();
        return Utf8.encode(parser.getTextCharacters(), parser.getTextOffset(), length, utf8);
    }

    private Refusal unpairedSurrogate() {
        return refuse(RefusalReason.INVALID_TEXT, "has a surrogate escape without its other half");
    }

    private Refusal readLabels() throws IOException {
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            if (i == EventLimits.LABELS) {
                return refuse(RefusalReason.INVALID_VALUE, "has more than " + EventLimits.LABELS + " labels");
            }
            field = "labels[" + i + "]";
            Refusal refusal = readLabel();
            if (refusal != null) {
                return refusal;
            }
            field = EventMember.LABELS.dottedName();
        }
        return null;
    }

    private Refusal readLabel() throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return refuse(RefusalReason.INVALID_VALUE, "is null; leave it out instead");
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            return wrongType("a string");
        }
        if (parser.getTextLength() == 0) {
            return refuse(RefusalReason.INVALID_VALUE, "is empty; leave it out instead");
        }
        if (parser.getTextLength() > MAX_TEXT_CHARS) {
            return tooLong();
        }
        int length = encodeText();
        if (length < 0) {
            return unpairedSurrogate();
        }
        return event.label(utf8, 0, length)
                ? null
                : refuse(
                        RefusalReason.INVALID_VALUE,
                        "has " + length + " bytes of UTF-8, at most " + EventLimits.LABEL_BYTES + " are allowed");
    }

    /** Checks the object before the parser walks over it, so that nothing in it can be too much for the parser. */
    private Refusal readAttributes() throws IOException {
        int from = start + (int) parser.currentTokenLocation().getByteOffset();
        int to = scanner.skipValue(json, from, end);
        if (to == JsonScanner.MALFORMED) {
            return JsonErrors.malformed(json, base, end, scanner.errorOffset(), scanner.expected(), field);
        }
        Refusal refusal = attributesCheck.check(json, from, to - from);
        if (refusal == null) {
            event.field(EventField.ATTRIBUTES, json, from, to - from);
            parser.skipChildren();
        }
        return refusal;
    }

    private Refusal checkComplete() {
        for (int i = 0; i < EventField.count(); i++) {
            EventField each = EventField.at(i);
            if (each.required() && !event.has(each)) {
                return missing(each.jsonName());
            }
        }
        if (!event.hasOutcome()) {
            return missing(EventMember.OUTCOME.dottedName());
        }
        return event.hasSeverity() ? null : missing(EventMember.SEVERITY.dottedName());
    }

    private static Refusal missing(String name) {
        return new Refusal(RefusalReason.MISSING_FIELD, name, "is required");
    }

    private Refusal refuse(RefusalReason reason, String detail) {
        return new Refusal(reason, field, detail);
    }

    private Refusal wrongType(String wanted) {
        String found = switch (parser.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            default -> "a number";
        };
        return refuse(RefusalReason.WRONG_TYPE, "is " + found + ", must be " + wanted);
    }

    private Refusal afterTheEnd() {
        int at = start + (int) parser.currentTokenLocation().getByteOffset();
        return JsonErrors.malformed(json, base, end, at, "nothing after the event", null);
    }

    /** What the parser would not read: a name, where none is at hand yet, or the text of the field at hand. */
    private Refusal tooMuch() {
        if (field == null || field.equals("actor") || field.equals("resource")) {
            return refuse(RefusalReason.UNKNOWN_FIELD, "a name here is longer than any that an event has");
        }
        return tooLong();
    }

    private Refusal tooLong() {
        RefusalReason reason = switch (field) {
            case "id" -> RefusalReason.INVALID_ID;
            case "time" -> RefusalReason.INVALID_TIME;
            default -> RefusalReason.INVALID_VALUE;
        };
        return refuse(reason, "has more than " + MAX_TEXT_CHARS + " characters");
    }

    private Refusal malformed(JacksonException notJson) {
        Refusal refusal = JsonText.malformed(scanner, json, base, start, end, field);
        if (refusal != null) {
            return refusal;
        }
        int at = start + (int) Math.max(0, notJson.getLocation().getByteOffset());
        return JsonErrors.malformed(json, base, end, at, "JSON", field);
    }
}
