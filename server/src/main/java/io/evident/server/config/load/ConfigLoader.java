package io.evident.server.config.load;

import io.evident.server.config.ServerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Puts the configuration together: a flag beats an environment variable, which beats the file, which beats the shipped
 * default. All problems of all sources are told at once. Used by one thread, at the start.
 */
public final class ConfigLoader {
    /** What the names of environment variables begin with. */
    public static final String VARIABLE_PREFIX = "EVIDENT_";

    /** Variables that begin so and set nothing: the launcher's, and those of the tests. */
    private static final List<String> OTHER_VARIABLES =
            List.of("EVIDENT_JAVA_OPTS", "EVIDENT_LAUNCHER_CHECK", "EVIDENT_JDK_PLACES", "EVIDENT_SHARED_DATA");

    private final List<String> problems = new ArrayList<>();
    private final Map<ConfigKey<?>, Setting> settings = new HashMap<>();

    private record Setting(String source, Node node) {}

    /**
     * A value from the command line.
     *
     * @param flag how the user wrote it, {@code --http}
     * @param name the name of the key it sets
     */
    public record Flag(String flag, String name, String text) {}

    private ConfigLoader() {}

    /** The shipped defaults. */
    public static ServerConfig defaults() {
        try {
            return load(null, Map.of(), List.of());
        } catch (ConfigException e) {
            throw new IllegalStateException("the shipped defaults are invalid", e);
        }
    }

    /**
     * The configuration from all sources.
     *
     * @param file the file of {@code --config}, or {@code null}
     * @param environment all environment variables; those with the prefix count
     * @param flags from the command line; a later one beats an earlier one
     * @throws ConfigException with every problem that was found
     */
    public static ServerConfig load(Path file, Map<String, String> environment, List<Flag> flags)
            throws ConfigException {
        ConfigLoader loader = new ConfigLoader();
        loader.readDefaults();
        if (file != null) {
            YamlSource.readFile(file, loader.problems)
                    .forEach((key, node) -> loader.settings.put(key, new Setting(String.valueOf(file), node)));
        }
        loader.readEnvironment(environment);
        loader.readFlags(flags);
        return loader.bind();
    }

    private void readDefaults() {
        for (ConfigKey<?> key : ConfigKeys.all()) {
            readText("the default", key, key.defaultText());
        }
    }

    private void readEnvironment(Map<String, String> environment) {
        // Sorted, so that problems come in the same order each time.
        new TreeMap<>(environment).forEach((variable, text) -> {
            if (!variable.startsWith(VARIABLE_PREFIX) || setsNothing(variable)) {
                return;
            }
            ConfigKey<?> key = ConfigNames.byVariable(variable);
            if (key == null) {
                problems.add("environment variable " + variable + " is unknown; the nearest valid one is "
                        + ConfigNames.nearestVariable(variable));
            } else {
                readText("environment variable " + variable, key, text);
            }
        });
    }

    /** Kubernetes gives every pod EVIDENT_SERVICE_..., EVIDENT_PORT and EVIDENT_PORT_... for a service "evident". */
    private static boolean setsNothing(String variable) {
        return OTHER_VARIABLES.contains(variable)
                || variable.startsWith("EVIDENT_SERVICE_")
                || variable.equals("EVIDENT_PORT")
                || variable.startsWith("EVIDENT_PORT_");
    }

    private void readFlags(List<Flag> flags) {
        for (Flag flag : flags) {
            ConfigKey<?> key = ConfigNames.byName(flag.name());
            if (key == null) {
                problems.add(flag.flag() + ": unknown key '" + flag.name() + "'; the nearest valid key is '"
                        + ConfigNames.nearestTo(flag.name()) + "'");
            } else {
                readText(flag.flag(), key, flag.text());
            }
        }
    }

    /** A text that is no file: a list in it is YAML (<code>[pci, pii]</code>), anything else is the value as it is. */
    private void readText(String source, ConfigKey<?> key, String text) {
        Node node = key.type().isScalar()
                ? new ScalarNode(Tag.STR, true, text, ScalarStyle.PLAIN, Optional.empty(), Optional.empty())
                : YamlSource.compose(source, text, problems);
        if (node != null) {
            settings.put(key, new Setting(source, node));
        }
    }

    private ServerConfig bind() throws ConfigException {
        ConfigValues values = new ConfigValues();
        for (ConfigKey<?> key : ConfigKeys.all()) {
            readValue(key, values);
        }
        refuseIfWrong();
        ServerConfig config = ServerConfigBinding.bind(values, problems);
        refuseIfWrong();
        ConfigRelations.check(config, key -> settings.get(key).source(), problems);
        refuseIfWrong();
        return config;
    }

    private <T> void readValue(ConfigKey<T> key, ConfigValues values) {
        Setting setting = settings.get(key);
        T value = key.type().read(new Reading(setting.source(), key.name(), problems), setting.node());
        if (value != null) {
            values.put(key, value);
        }
    }

    private void refuseIfWrong() throws ConfigException {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }
}
