package io.evident.storage.index.events;

import java.util.Arrays;

/** A list of numbers that grows. For one thread. */
public final class Numbers {
    private int[] values = new int[8];
    private int count;

    /** Adds one at the end. */
    public void add(int value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, count * 2);
        }
        values[count++] = value;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** The one at an index from 0. */
    public int get(int index) {
        return values[index];
    }

    /** All of them, as a fresh array. */
    public int[] toArray() {
        return Arrays.copyOf(values, count);
    }

    /** The events of these numbers, which are different; nothing can be added any more. */
    public Events sorted() {
        Arrays.sort(values, 0, count);
        return Events.list(values, 0, count);
    }
}
