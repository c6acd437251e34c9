package io.evident.server.config.load;

import java.util.HashMap;
import java.util.Map;

/** The values of all keys, each of its key's type. Not thread-safe. */
final class ConfigValues {
    private final Map<ConfigKey<?>, Object> values = new HashMap<>();

    <T> void put(ConfigKey<T> key, T value) {
        values.put(key, value);
    }

    /** The value of a key. Only asked when every key has one. */
    // put() is the only way in and takes a T for a ConfigKey<T>.
    @SuppressWarnings("unchecked")
    <T> T get(ConfigKey<T> key) {
        T value = (T) values.get(key);
        if (value == null) {
            throw new IllegalStateException(key.name() + " has no value");
        }
        return value;
    }
}
