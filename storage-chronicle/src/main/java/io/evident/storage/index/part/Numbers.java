package io.evident.storage.index.part;

import java.util.Arrays;

/** A list of numbers that grows. For one thread. */
final class Numbers {
    private int[] values = new int[8];
    private int count;

    void add(int value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, count * 2);
        }
        values[count++] = value;
    }

    int count() {
        return count;
    }

    int get(int index) {
        return values[index];
    }

    int[] toArray() {
        return Arrays.copyOf(values, count);
    }

    /** The events of these numbers, which are different; nothing can be added any more. */
    Events sorted() {
        Arrays.sort(values, 0, count);
        return Events.list(values, 0, count);
    }
}
