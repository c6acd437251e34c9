package io.evident.server.config;

/**
 * The log, on standard error.
 *
 * @param format for people or for machines
 * @param level the least grave that is logged
 */
public record LoggingConfig(Format format, Level level) {
    /** How a log entry looks. */
    public enum Format {
        TEXT,
        JSON
    }

    /** How grave an entry has to be. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }
}
