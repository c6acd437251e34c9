package io.evident.event.json;

/** Short, harmless pieces of input for error texts: at most 64 characters, nothing in them that a terminal would act on. */
final class JsonExcerpt {
    static final int MAX_CHARS = 64;
    private static final String MORE = "...";

    private JsonExcerpt() {}

    /** The beginning of a text, with everything escaped that does not print. */
    static String of(CharSequence text) {
        StringBuilder excerpt = new StringBuilder();
        int cut = 0;
        int at = 0;
        while (at < text.length()) {
            int codePoint = Character.codePointAt(text, at);
            excerpt.append(shown(codePoint));
            at += Character.charCount(codePoint);
            if (excerpt.length() > MAX_CHARS) {
                excerpt.setLength(cut);
                return excerpt.append(MORE).toString();
            }
            if (excerpt.length() <= MAX_CHARS - MORE.length()) {
                cut = excerpt.length();
            }
        }
        return excerpt.toString();
    }

    private static String shown(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                codePoint < 0x10000 ? String.format("\\u%04x", codePoint) : String.format("\\u{%x}", codePoint);
            default -> Character.toString(codePoint);
        };
    }
}
