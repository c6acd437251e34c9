package io.evident.event;

import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Random valid events for tests, the same for the same seed: every optional field absent or present, text from every
 * plane of Unicode, times over the whole range, attributes of any kind. Sizes are mostly small and now and then at their
 * limit. Not thread-safe.
 */
public final class RandomEvents {
    private static final String[] TEXTS = {
        "a",
        "user-17",
        "document.read",
        "Hochzeit am See",
        "\u00e9\u00df\u0416",
        "\u6f22\u5b57",
        "\ud83d\udc8d\ud83c\udf89",
        "\"quoted\\\"",
        "line\nend\ttab",
        "\u0000\u001f\u007f\u0085\u2028\u2029",
        "\ufeff\uffff\ue000\ud7ff",
        "</script>",
        "\ud800\udc00\udbff\udfff",
        " "
    };
    private static final String[] SCALARS = {
        "1",
        "-0",
        "0.10",
        "1E+400",
        "123456789012345678901234567890.000",
        "true",
        "false",
        "null",
        "\"\"",
        "\"x\"",
        "\"\\u00e9\\ud83d\\udc8d\\n\"",
        "\"\\ud800\"",
        "\"\ud83d\udc8d\""
    };
    private static final String[] SPACES = {"", "", "", " ", "\n  ", "\t", "\r\n"};

    private final Random random;

    public RandomEvents(long seed) {
        random = new Random(seed);
    }

    /** The given number of events. */
    public Stream<AuditEvent> events(int count) {
        return Stream.generate(this::next).limit(count);
    }

    /** The next event. */
    public AuditEvent next() {
        return next(text(EventField.TENANT));
    }

    /** The next event, of a given tenant. */
    public AuditEvent next(String tenant) {
        return new AuditEvent(
                random.nextBoolean() ? id() : null,
                random.nextBoolean() ? (Long) timeNs() : null,
                tenant,
                maybe(EventField.STREAM),
                text(EventField.ACTOR_ID),
                maybe(EventField.ACTOR_IP),
                maybe(EventField.ACTOR_AGENT),
                text(EventField.ACTION),
                maybe(EventField.CATEGORY),
                text(EventField.RESOURCE_TYPE),
                text(EventField.RESOURCE_ID),
                Outcome.ofCode(random.nextInt(Outcome.values().length)),
                Severity.ofCode(random.nextInt(Severity.values().length)),
                labels(),
                random.nextBoolean() ? attributes() : null);
    }

    /** An event with nothing optional in it. */
    public static AuditEvent smallest() {
        return AuditEvent.builder("t", "a", "x").resource("r", "i").build();
    }

    /** An event with every field at its limit; no accepted event is larger. */
    public static AuditEvent largest() {
        return new AuditEvent(
                new UUID(-1, -1),
                Long.MAX_VALUE,
                longest(EventField.TENANT),
                longest(EventField.STREAM),
                longest(EventField.ACTOR_ID),
                longest(EventField.ACTOR_IP),
                longest(EventField.ACTOR_AGENT),
                longest(EventField.ACTION),
                longest(EventField.CATEGORY),
                longest(EventField.RESOURCE_TYPE),
                longest(EventField.RESOURCE_ID),
                Outcome.UNKNOWN,
                Severity.P4_INFO,
                Stream.generate(() -> "l".repeat(EventLimits.LABEL_BYTES))
                        .limit(EventLimits.LABELS)
                        .toList(),
                attributesOf(EventLimits.ATTRIBUTES_BYTES));
    }

    /** The longest text that a field takes. */
    public static String longest(EventField field) {
        return "x".repeat(field.maxBytes());
    }

    /** Attributes of exactly so many bytes, at least 8. */
    public static String attributesOf(int sizeBytes) {
        return "{\"k\":\"" + "v".repeat(sizeBytes - 8) + "\"}";
    }

    /** Attributes nested so deep, 1 for an object without anything in it. */
    public static String attributesOfDepth(int depth) {
        return "{\"k\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
    }

    /** An id of any version and variant, never nil. */
    public UUID id() {
        return new UUID(random.nextLong(), random.nextLong() | 1);
    }

    /** A time anywhere in the range, also at its ends. */
    public long timeNs() {
        return switch (random.nextInt(8)) {
            case 0 -> Long.MIN_VALUE + random.nextInt(3);
            case 1 -> Long.MAX_VALUE - random.nextInt(3);
            case 2 -> random.nextInt(3) - 1;
            case 3 -> random.nextInt() * 1_000_000_000L;
            default -> random.nextLong();
        };
    }

    private String maybe(EventField field) {
        return random.nextBoolean() ? text(field) : null;
    }

    private String text(EventField field) {
        if (random.nextInt(50) == 0) {
            return longest(field);
        }
        return text(field.maxBytes());
    }

    private String text(int maxBytes) {
        StringBuilder text = new StringBuilder();
        int pieces = 1 + random.nextInt(4);
        for (int i = 0; i < pieces; i++) {
            String piece = TEXTS[random.nextInt(TEXTS.length)];
            if ((text.length() + piece.length()) * 3 <= maxBytes) {
                text.append(piece);
            }
        }
        return text.isEmpty() ? "e" : text.toString();
    }

    private List<String> labels() {
        int count = random.nextInt(20) == 0 ? EventLimits.LABELS : random.nextInt(4);
        return Stream.generate(() -> text(EventLimits.LABEL_BYTES)).limit(count).toList();
    }

    private String attributes() {
        return switch (random.nextInt(40)) {
            case 0 -> attributesOf(EventLimits.ATTRIBUTES_BYTES);
            case 1 -> attributesOfDepth(EventLimits.ATTRIBUTES_DEPTH);
            default -> object(0);
        };
    }

    private String object(int depth) {
        StringBuilder json = new StringBuilder("{").append(space());
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            // Names repeat now and then: in attributes they may.
            json.append(i == 0 ? "" : ",")
                    .append(space())
                    .append("\"n")
                    .append(random.nextInt(5))
                    .append('"');
            json.append(space())
                    .append(':')
                    .append(space())
                    .append(value(depth + 1))
                    .append(space());
        }
        return json.append('}').toString();
    }

    private String value(int depth) {
        int kind = depth > 5 ? 9 : random.nextInt(10);
        if (kind == 0) {
            return object(depth);
        }
        return kind == 1
                ? "[" + space() + value(depth + 1) + space() + "," + value(depth + 1) + "]"
                : SCALARS[random.nextInt(SCALARS.length)];
    }

    private String space() {
        return SPACES[random.nextInt(SPACES.length)];
    }
}
