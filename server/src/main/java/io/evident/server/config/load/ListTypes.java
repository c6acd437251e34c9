package io.evident.server.config.load;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The types of values that are lists. */
final class ListTypes {
    /** Most entries of any list. */
    static final int MAX_ENTRIES = 10_000;

    private ListTypes() {}

    /** Different texts; what stands twice is a problem. */
    static ValueType<Set<String>> texts(int maxLength) {
        ValueType<String> each = ScalarTypes.text(maxLength);
        return new ListType<>("a list of texts of 1 to " + maxLength + " characters", (reading, nodes) -> {
            Set<String> texts = new LinkedHashSet<>();
            for (int i = 0; i < nodes.size(); i++) {
                Reading entry = reading.within("[" + i + "]");
                String text = each.read(entry, nodes.get(i));
                if (text != null && !texts.add(text)) {
                    entry.problem(nodes.get(i), "is '" + text + "', which stands twice");
                }
            }
            return texts;
        });
    }

    /** Entries with named fields. */
    static <T> ValueType<List<T>> entries(String description, BiFunction<Reading, Fields, T> read, String... names) {
        return new ListType<>(description, (reading, nodes) -> {
            List<T> entries = new ArrayList<>();
            for (int i = 0; i < nodes.size(); i++) {
                Reading entry = reading.within("[" + i + "]");
                if (!(nodes.get(i) instanceof MappingNode mapping)) {
                    entry.problem(nodes.get(i), "has to have the fields " + String.join(", ", names));
                    continue;
                }
                Fields fields = Fields.of(entry, mapping, names);
                T value = fields == null ? null : read.apply(entry, fields);
                if (value != null) {
                    entries.add(value);
                }
            }
            return entries;
        });
    }

    private record ListType<T>(String describe, BiFunction<Reading, List<Node>, T> readNodes) implements ValueType<T> {
        @Override
        public T read(Reading reading, Node node) {
            if (!(node instanceof SequenceNode sequence)) {
                return reading.problem(node, "is no list; it has to be " + describe);
            }
            if (sequence.getValue().size() > MAX_ENTRIES) {
                return reading.problem(
                        node,
                        "has " + sequence.getValue().size() + " entries; at most " + MAX_ENTRIES + " are allowed");
            }
            int before = reading.problems().size();
            T value = readNodes.apply(reading, sequence.getValue());
            return reading.problems().size() == before ? value : null;
        }

        @Override
        public boolean isScalar() {
            return false;
        }
    }
}
