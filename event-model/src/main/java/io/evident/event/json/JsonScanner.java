package io.evident.event.json;

/**
 * Walks over one JSON value (RFC 8259) without building anything: where it ends, how deep it nests, or where and how it is
 * malformed. Text is looked at for structure only; whether it is UTF-8 is another question. Uses no recursion, so that
 * no depth of input can hurt it. Reusable, not thread-safe.
 */
final class JsonScanner {
    /** Answer of {@link #skipValue} when the value is malformed. */
    static final int MALFORMED = -1;

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    /** Words of the nesting stack that are kept from one value to the next. */
    private static final int KEPT_WORDS = 64;

    /** One bit for each open level: set for an object, clear for an array. */
    private long[] levels = new long[2];

    private byte[] bytes;
    private int end;
    private int depth;
    private int deepest;
    /** Whether {@link #beginValue} stands before the first value of a new level. */
    private boolean levelOpened;

    private int errorOffset;
    private String expected = "";

    /**
     * Walks over the value that begins at {@code from}.
     *
     * @param end where the input ends
     * @return the index after the value's last byte, or {@link #MALFORMED}
     */
    int skipValue(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.end = end;
        depth = 0;
        deepest = 0;
        int at = from;
        do {
            levelOpened = false;
            at = beginValue(at);
            if (at != MALFORMED && !levelOpened) {
                at = finishLevels(at);
            }
        } while (at != MALFORMED && depth > 0);
        if (levels.length > KEPT_WORDS) {
            levels = new long[2];
        }
        return at;
    }

    /** Levels of the last value: 0 for a text or number, 1 for an object without objects or arrays in it. */
    int deepest() {
        return deepest;
    }

    /** Index of the byte at fault, or of the end of the input, after {@link #MALFORMED}. */
    int errorOffset() {
        return errorOffset;
    }

    /** What would have been right at {@link #errorOffset()}, in words. */
    String expected() {
        return expected;
    }

    /** The index of the first byte from {@code from} on that is no JSON white space, or {@code end}. */
    static int skipSpace(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
        return at;
    }

    /** Walks over a text or number, or into an object or array that is not empty, up to its first value. */
    private int beginValue(int from) {
        int at = skipSpace(bytes, from, end);
        byte first = at < end ? bytes[at] : 0;
        return switch (first) {
            case '{' -> beginObject(at);
            case '[' -> beginArray(at);
            case '"' -> skipText(at);
            case 't' -> skipWord(at, TRUE);
            case 'f' -> skipWord(at, FALSE);
            case 'n' -> skipWord(at, NULL);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> skipNumber(at);
            default -> malformed(at, "a value");
        };
    }

    private int beginObject(int from) {
        push(true);
        int at = skipSpace(bytes, from + 1, end);
        if (at < end && bytes[at] == '}') {
            return at;
        }
        levelOpened = true;
        return skipName(at, "a name in double quotes or '}'");
    }

    private int beginArray(int from) {
        push(false);
        int at = skipSpace(bytes, from + 1, end);
        levelOpened = at == end || bytes[at] != ']';
        return at;
    }

    /** Closes levels and steps over commas, up to where the next value begins or to the end of the outermost one. */
    private int finishLevels(int from) {
        int at = from;
        while (depth > 0) {
            boolean inObject = inObject();
            at = skipSpace(bytes, at, end);
            byte next = at < end ? bytes[at] : 0;
            if (next == (inObject ? '}' : ']')) {
                depth--;
                at++;
            } else if (next == ',' && inObject) {
                return skipName(skipSpace(bytes, at + 1, end), "a name in double quotes");
            } else if (next == ',') {
                return at + 1;
            } else {
                return malformed(at, inObject ? "',' or '}'" : "',' or ']'");
            }
        }
        return at;
    }

    private int skipName(int from, String wanted) {
        if (from >= end || bytes[from] != '"') {
            return malformed(from, wanted);
        }
        int at = skipText(from);
        if (at == MALFORMED) {
            return MALFORMED;
        }
        at = skipSpace(bytes, at, end);
        return at < end && bytes[at] == ':' ? at + 1 : malformed(at, "':'");
    }

    private int skipText(int from) {
        int at = from + 1;
        while (at < end) {
            byte b = bytes[at];
            if (b == '"') {
                return at + 1;
            }
            if (b >= 0 && b < ' ') {
                return malformed(at, "text without raw control characters");
            }
            at = b == '\\' ? skipEscape(at) : at + 1;
            if (at == MALFORMED) {
                return MALFORMED;
            }
        }
        return malformed(end, "the closing '\"' of a text");
    }

    private int skipEscape(int from) {
        byte kind = from + 1 < end ? bytes[from + 1] : 0;
        if (kind != 'u') {
            return kind != 0 && "\"\\/bfnrt".indexOf(kind) >= 0 ? from + 2 : malformed(from + 1, "a JSON escape");
        }
        for (int i = from + 2; i < from + 6; i++) {
            if (i >= end || Character.digit(bytes[i], 16) < 0) {
                return malformed(i, "four hexadecimal digits after \\u");
            }
        }
        return from + 6;
    }

    private int skipWord(int from, byte[] word) {
        for (int i = 0; i < word.length; i++) {
            if (from + i >= end || bytes[from + i] != word[i]) {
                return malformed(from, "a value");
            }
        }
        return from + word.length;
    }

    private int skipNumber(int from) {
        int at = bytes[from] == '-' ? from + 1 : from;
        if (at < end && bytes[at] == '0') {
            at++;
        } else {
            at = skipDigits(at);
        }
        if (at != MALFORMED && at < end && bytes[at] == '.') {
            at = skipDigits(at + 1);
        }
        if (at != MALFORMED && at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
            boolean signed = at + 1 < end && (bytes[at + 1] == '+' || bytes[at + 1] == '-');
            at = skipDigits(signed ? at + 2 : at + 1);
        }
        return at;
    }

    private int skipDigits(int from) {
        int at = from;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at > from ? at : malformed(at, "a digit");
    }

    private void push(boolean object) {
        int word = depth >> 6;
        if (word == levels.length) {
            levels = java.util.Arrays.copyOf(levels, levels.length * 2);
        }
        long bit = 1L << (depth & 63);
        levels[word] = object ? levels[word] | bit : levels[word] & ~bit;
        depth++;
        deepest = Math.max(deepest, depth);
    }

    private boolean inObject() {
        int top = depth - 1;
        return (levels[top >> 6] >>> (top & 63) & 1) != 0;
    }

    private int malformed(int at, String wanted) {
        errorOffset = Math.min(at, end);
        expected = wanted;
        return MALFORMED;
    }
}
