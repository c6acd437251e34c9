package io.evident.server.config.load;

import java.util.List;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The reading of one key's value: where it comes from, and where problems go.
 *
 * @param source the file, variable or flag
 * @param key the key's name
 * @param problems gathers lines for the user
 */
record Reading(String source, String key, List<String> problems) {
    /** Notes a problem and returns {@code null}, which stands for "could not be read". */
    // Always null, so nothing is cast; it lets a reader end with "return problem(...)".
    @SuppressWarnings("TypeParameterUnusedInFormals")
    <T> T problem(Node node, String message) {
        problems.add(where(source, node) + ": " + key + " " + message);
        return null;
    }

    /** The same reading, one level deeper: an entry or field of the value. */
    Reading within(String part) {
        return new Reading(source, key + part, problems);
    }

    String where(Node node) {
        return where(source, node);
    }

    static String where(String source, Node node) {
        return node.getStartMark()
                .map(Mark::getLine)
                .map(line -> source + ":" + (line + 1))
                .orElse(source);
    }
}
