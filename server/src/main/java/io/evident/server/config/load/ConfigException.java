package io.evident.server.config.load;

import java.util.List;

/** The configuration is refused: every problem that was found, one line each, for the person who wrote it. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    ConfigException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    /** One line per problem: where it stands, the key, the value, what would be right. */
    public List<String> problems() {
        return problems;
    }
}
