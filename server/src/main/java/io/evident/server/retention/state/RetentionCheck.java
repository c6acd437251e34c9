package io.evident.server.retention.state;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Looks at {@code retention.json} and its copies for tools that only read; safe beside a server at work. */
public final class RetentionCheck {
    /**
     * What was found.
     *
     * @param findings what is wrong with the file and its copies, a sentence each
     * @param isLost whether there were rules, holds and a horizon, and no whole file is left that says which; not when a later
     *     version wrote them: then nothing is lost, but this version does not start
     */
    public record Result(List<String> findings, boolean isLost) {
        public Result {
            findings = List.copyOf(findings);
        }
    }

    private RetentionCheck() {}

    /**
     * Reads all there is.
     *
     * @throws IOException when the data directory cannot be listed
     */
    public static Result of(Path dataDirectory) throws IOException {
        return RetentionFile.check(dataDirectory);
    }
}
