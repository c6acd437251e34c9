package io.evident.pipeline.ledger;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * A table from UTF-8 keys to values that is looked up by a range of bytes, so that the road needs no {@link String} for
 * it. Entries are never removed. Reading takes no lock; adding, which is rare, does. Open addressing, at most half full.
 */
public final class Utf8Table<V> {
    private static final class Entry<V> {
        private final byte[] key;
        private final V value;

        Entry(byte[] key, V value) {
            this.key = key;
            this.value = value;
        }
    }

    private volatile AtomicReferenceArray<Entry<V>> slots = new AtomicReferenceArray<>(16);
    private volatile int size;

    /** The value of a key, or {@code null}. */
    public V get(byte[] bytes, int offset, int length) {
        AtomicReferenceArray<Entry<V>> table = slots;
        int mask = table.length() - 1;
        for (int at = hash(bytes, offset, length) & mask; ; at = (at + 1) & mask) {
            Entry<V> entry = table.get(at);
            if (entry == null) {
                return null;
            }
            if (Arrays.equals(entry.key, 0, entry.key.length, bytes, offset, offset + length)) {
                return entry.value;
            }
        }
    }

    /** The value of a key, made from the key's text if there is none. */
    public synchronized V computeIfAbsent(byte[] bytes, int offset, int length, Function<String, V> maker) {
        V known = get(bytes, offset, length);
        if (known != null) {
            return known;
        }
        if (size * 2 >= slots.length()) {
            grow();
        }
        byte[] key = Arrays.copyOfRange(bytes, offset, offset + length);
        V value = maker.apply(new String(key, StandardCharsets.UTF_8));
        insert(slots, new Entry<>(key, value));
        size++;
        return value;
    }

    /** The number of keys. */
    public int size() {
        return size;
    }

    /** All values, in no particular order. */
    public List<V> values() {
        AtomicReferenceArray<Entry<V>> table = slots;
        List<V> values = new ArrayList<>();
        for (int i = 0; i < table.length(); i++) {
            if (table.get(i) != null) {
                values.add(table.get(i).value);
            }
        }
        return values;
    }

    private void grow() {
        AtomicReferenceArray<Entry<V>> old = slots;
        AtomicReferenceArray<Entry<V>> larger = new AtomicReferenceArray<>(old.length() * 2);
        for (int i = 0; i < old.length(); i++) {
            if (old.get(i) != null) {
                insert(larger, old.get(i));
            }
        }
        slots = larger;
    }

    private static <V> void insert(AtomicReferenceArray<Entry<V>> table, Entry<V> entry) {
        int mask = table.length() - 1;
        int at = hash(entry.key, 0, entry.key.length) & mask;
        while (table.get(at) != null) {
            at = (at + 1) & mask;
        }
        table.set(at, entry);
    }

    private static int hash(byte[] bytes, int offset, int length) {
        int hash = length;
        for (int i = offset; i < offset + length; i++) {
            hash = hash * 31 + bytes[i];
        }
        return hash ^ (hash >>> 15);
    }
}
