package io.evident.server.config.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads a YAML text into nodes, which still know their lines, and a file into its settings. Stateless. */
final class YamlSource {
    private static final long MAX_FILE_BYTES = 4 << 20;

    private YamlSource() {}

    /** The one value of a YAML text, or {@code null} after a problem was noted. */
    static Node compose(String source, String text, List<String> problems) {
        LoadSettings settings = LoadSettings.builder().setLabel(source).build();
        try {
            return new Compose(settings).composeString(text).orElse(null);
        } catch (MarkedYamlEngineException e) {
            String line =
                    e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
            problems.add(source + line + ": no valid YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            problems.add(source + ": no valid YAML: " + e.getMessage());
        }
        return null;
    }

    /** The settings of a file by their dotted names; unknown ones are problems. */
    static Map<ConfigKey<?>, Node> readFile(Path file, List<String> problems) {
        String source = String.valueOf(file);
        Map<ConfigKey<?>, Node> settings = new LinkedHashMap<>();
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                problems.add(source + ": has more than " + MAX_FILE_BYTES + " bytes; that is no configuration");
                return settings;
            }
            Node root = compose(source, Files.readString(file, StandardCharsets.UTF_8), problems);
            if (root != null && !isEmpty(root)) {
                new Walk(source, problems, settings).section("", root);
            }
        } catch (IOException e) {
            problems.add(source + ": cannot be read: " + e);
        }
        return settings;
    }

    private static boolean isEmpty(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    /** Goes through sections down to the keys. */
    private record Walk(String source, List<String> problems, Map<ConfigKey<?>, Node> settings) {
        private void section(String name, Node node) {
            if (!(node instanceof MappingNode mapping)) {
                problems.add(Reading.where(source, node) + ": "
                        + (name.isEmpty()
                                ? "the file has to be a list of 'key: value' lines"
                                : name + " is a section," + " its keys stand below it, indented"));
                return;
            }
            for (NodeTuple tuple : mapping.getValue()) {
                String own = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "(no text)";
                setting(name.isEmpty() ? own : name + "." + own, tuple);
            }
        }

        private void setting(String name, NodeTuple tuple) {
            Node value = tuple.getValueNode();
            ConfigKey<?> key = ConfigNames.byName(name);
            if (key != null) {
                if (settings.put(key, value) != null) {
                    problems.add(Reading.where(source, tuple.getKeyNode()) + ": " + name + " stands twice");
                }
            } else if (ConfigNames.isSection(name)) {
                if (!isEmpty(value)) {
                    section(name, value);
                }
            } else {
                problems.add(Reading.where(source, tuple.getKeyNode()) + ": unknown key '" + name
                        + "'; the nearest valid key is '" + ConfigNames.nearestTo(name) + "'");
            }
        }
    }
}
