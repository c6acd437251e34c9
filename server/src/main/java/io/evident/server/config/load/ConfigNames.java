package io.evident.server.config.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds keys by their names. Stateless. */
final class ConfigNames {
    private static final Map<String, ConfigKey<?>> BY_NAME = new LinkedHashMap<>();
    private static final Map<String, ConfigKey<?>> BY_VARIABLE = new LinkedHashMap<>();

    static {
        for (ConfigKey<?> key : ConfigKeys.all()) {
            BY_NAME.put(key.name(), key);
            BY_VARIABLE.put(key.variable(), key);
        }
    }

    private ConfigNames() {}

    /** The key of a dotted name, or {@code null}. */
    static ConfigKey<?> byName(String name) {
        return BY_NAME.get(name);
    }

    /** The key of an environment variable, or {@code null}. */
    static ConfigKey<?> byVariable(String variable) {
        return BY_VARIABLE.get(variable);
    }

    static boolean isSection(String name) {
        return BY_NAME.keySet().stream().anyMatch(each -> each.startsWith(name + "."));
    }

    /** The nearest key: of the same section when the section exists, else of all keys and sections. */
    static String nearestTo(String name) {
        int dot = name.lastIndexOf('.');
        List<String> candidates = new ArrayList<>();
        for (String each : BY_NAME.keySet()) {
            if (dot < 0 || each.startsWith(name.substring(0, dot + 1))) {
                candidates.add(each);
                int eachDot = each.indexOf('.');
                if (dot < 0 && eachDot > 0) {
                    candidates.add(each.substring(0, eachDot));
                }
            }
        }
        return NearestName.of(name, candidates);
    }

    static String nearestVariable(String variable) {
        return NearestName.of(variable, BY_VARIABLE.keySet());
    }
}
