package io.evident.load.report;

/** Text for the inside of HTML. Stateless. */
final class HtmlText {
    private HtmlText() {}

    static String of(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&quot;");
    }
}
