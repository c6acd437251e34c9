package io.evident.server.config.load;

import java.util.Locale;
import java.util.Objects;

/**
 * One thing that can be set. Immutable; all of them stand in {@link ConfigKeys}.
 *
 * @param <T> the type of its value
 */
public final class ConfigKey<T> {
    private final String name;
    private final ValueType<T> type;
    private final String defaultText;
    private final String help;

    ConfigKey(String name, ValueType<T> type, String defaultText, String help) {
        this.name = Objects.requireNonNull(name, "name");
        this.type = Objects.requireNonNull(type, "type");
        this.defaultText = Objects.requireNonNull(defaultText, "defaultText");
        this.help = Objects.requireNonNull(help, "help");
    }

    /** The dotted name as in the file: {@code lanes.standardEvents}. */
    public String name() {
        return name;
    }

    /** The environment variable: {@code EVIDENT_LANES_STANDARD_EVENTS}. */
    public String variable() {
        String words = name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replace('.', '_');
        return ConfigLoader.VARIABLE_PREFIX + words.toUpperCase(Locale.ROOT);
    }

    /** The shipped default as it would be written in the file. */
    public String defaultText() {
        return defaultText;
    }

    /** What is allowed: {@code a whole number from 1 to 4096}. */
    public String range() {
        return type.describe();
    }

    /** What it is for, one sentence or two. */
    public String help() {
        return help;
    }

    ValueType<T> type() {
        return type;
    }
}
