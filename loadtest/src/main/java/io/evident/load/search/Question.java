package io.evident.load.search;

import java.util.Locale;

/** The kinds of question that are measured. */
enum Question {
    BY_ID("by id"),
    ACTOR("actor of a tenant, 30 days, newest 100"),
    ACTION("tenant + action + outcome, one hour, newest 100"),
    RESOURCE("resource + two severities, 7 days, newest 100"),
    PAGE("1,000 rows of a tenant"),
    DEEP_PAGE("the 1,000th page of 100 rows of a tenant"),
    COUNT("count of a tenant's day"),
    HISTOGRAM("a tenant's 30 days, counted by day"),
    NOTHING("unknown actor of a tenant, 30 days: no row");

    private final String title;

    Question(String title) {
        this.title = title;
    }

    /** For people. */
    String title() {
        return title;
    }

    /** For options and file names. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The question of a {@link #text}, or {@code null}. */
    static Question ofText(String text) {
        for (Question question : values()) {
            if (question.text().equals(text)) {
                return question;
            }
        }
        return null;
    }
}
