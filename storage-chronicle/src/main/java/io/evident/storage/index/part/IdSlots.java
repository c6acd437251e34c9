package io.evident.storage.index.part;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/**
 * A table from ids to events, in memory as in files: open addressing, a slot holding 12 bits of the id's hash above the
 * event's number. Stateless.
 */
public final class IdSlots {
    private static final int EMPTY = -1;
    private static final int EVENT_BITS = 20;
    private static final int EVENT_MASK = (1 << EVENT_BITS) - 1;

    private IdSlots() {}

    /** A table of so many slots, without any event. */
    public static int[] empty(int slots) {
        int[] table = new int[slots];
        Arrays.fill(table, EMPTY);
        return table;
    }

    /** How many events such a table takes. */
    public static int capacity(int slots) {
        return slots / 4 * 3;
    }

    /** How many slots so many events take. */
    public static int slotsFor(int events) {
        return (events + 2) / 3 * 4;
    }

    /** Adds an event; the table has to have room. */
    public static void put(int[] table, long hash, int event) {
        int at = IndexHash.home((int) (hash >>> Integer.SIZE), table.length);
        while (table[at] != EMPTY) {
            at = at + 1 == table.length ? 0 : at + 1;
        }
        table[at] = ((int) hash << EVENT_BITS) | event;
    }

    /** Tells the events whose ids may have this hash; in no order. */
    public static void find(IntUnaryOperator slotAt, int slots, long hash, IntConsumer events) {
        int at = IndexHash.home((int) (hash >>> Integer.SIZE), slots);
        for (int slot = slotAt.applyAsInt(at); slot != EMPTY; slot = slotAt.applyAsInt(at)) {
            if ((slot ^ ((int) hash << EVENT_BITS)) >>> EVENT_BITS == 0) {
                events.accept(slot & EVENT_MASK);
            }
            at = at + 1 == slots ? 0 : at + 1;
        }
    }
}
