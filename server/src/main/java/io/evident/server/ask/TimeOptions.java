package io.evident.server.ask;

import java.util.Map;
import picocli.CommandLine.Option;

/** The times that several commands ask about. */
final class TimeOptions {
    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Earliest event time, inclusive: 2026-11-22T10:15:30Z.")
    private String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Latest event time, exclusive.")
    private String to;

    String from() {
        return from;
    }

    String to() {
        return to;
    }

    void addTo(Map<String, String> parameters) {
        if (from != null) {
            parameters.put("from", from);
        }
        if (to != null) {
            parameters.put("to", to);
        }
    }
}
