package io.evident.server.config.load;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The named fields of one entry of a list. */
final class Fields {
    private final Reading reading;
    private final MappingNode mapping;
    private final Map<String, Node> byName;

    private Fields(Reading reading, MappingNode mapping, Map<String, Node> byName) {
        this.reading = reading;
        this.mapping = mapping;
        this.byName = byName;
    }

    /** The fields, or {@code null} after a problem was noted: an unknown name, a name that stands twice. */
    static Fields of(Reading reading, MappingNode mapping, String... names) {
        List<String> known = List.of(names);
        Map<String, Node> byName = new LinkedHashMap<>();
        int before = reading.problems().size();
        for (NodeTuple tuple : mapping.getValue()) {
            String name = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "(no text)";
            if (!known.contains(name)) {
                reading.problem(
                        tuple.getKeyNode(),
                        "has no field '" + name + "'; the nearest is '" + NearestName.of(name, known) + "'");
            } else if (byName.put(name, tuple.getValueNode()) != null) {
                reading.problem(tuple.getKeyNode(), "has the field '" + name + "' twice");
            }
        }
        return reading.problems().size() == before ? new Fields(reading, mapping, byName) : null;
    }

    /** A required field, or {@code null} after a problem was noted. */
    <T> T required(String name, ValueType<T> type) {
        return byName.containsKey(name)
                ? optional(name, type)
                : reading.problem(mapping, "needs the field '" + name + "', " + type.describe());
    }

    /** An optional field, or {@code null} when it is absent or a problem was noted. */
    <T> T optional(String name, ValueType<T> type) {
        Node node = byName.get(name);
        return node == null ? null : type.read(reading.within("." + name), node);
    }

    boolean has(String name) {
        return byName.containsKey(name);
    }

    /** Notes a problem of the entry as a whole, or of one of its fields. */
    // Always null, so nothing is cast; it lets a reader end with "return problem(...)".
    @SuppressWarnings("TypeParameterUnusedInFormals")
    <T> T problem(String name, String message) {
        return reading.problem(byName.getOrDefault(name, mapping), message);
    }

    String where() {
        return reading.where(mapping);
    }
}
