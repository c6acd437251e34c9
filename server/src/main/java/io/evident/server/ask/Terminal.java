package io.evident.server.ask;

import java.io.PrintWriter;
import picocli.CommandLine;

/** Whether somebody watches. The launcher knows, the JVM does not in every version. */
public final class Terminal {
    /** Set by the launcher when standard error is a terminal. */
    private static final String PROPERTY = "evident.terminal";

    private Terminal() {}

    /** Where progress may be drawn, or {@code null}. */
    public static PrintWriter forProgress(CommandLine line) {
        return Boolean.getBoolean(PROPERTY) ? line.getErr() : null;
    }
}
