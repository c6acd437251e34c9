package io.evident.storage.removed;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tenants by number, each name once. Filled by one thread; after that any thread may read. */
public final class TenantNames {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    /** The number of a tenant, from 0 on; one that is new gets the next. */
    public int number(String name) {
        Integer known = numbers.putIfAbsent(name, names.size());
        if (known != null) {
            return known;
        }
        names.add(name);
        return names.size() - 1;
    }

    /**
     * The name of a number.
     *
     * @throws IndexOutOfBoundsException when no tenant has it
     */
    public String name(int number) {
        return names.get(number);
    }

    /** All, in the order of their numbers. */
    public List<String> all() {
        return Collections.unmodifiableList(names);
    }
}
