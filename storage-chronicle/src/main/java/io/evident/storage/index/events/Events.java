package io.evident.storage.index.events;

import io.evident.pipeline.index.EventSet;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.roaringbitmap.buffer.BufferBitSetUtil;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * A set of events of one part: all in a row, a short list, or a Roaring bitmap (Lemire et al., "Roaring Bitmaps:
 * Implementation of an Optimized Software Library", 2018). Immutable.
 */
public abstract class Events implements EventSet {
    /** No event. */
    public static final Events NONE = new Row(0, 0);

    /** Up to here looking up each event of a list in a bitmap beats making another bitmap. */
    private static final int SHORT_LIST = 4096;

    Events() {}

    /** The events from one, inclusive, to another, exclusive. */
    public static Events row(int from, int to) {
        return from < to ? new Row(from, to) : NONE;
    }

    /** Events in ascending order; the array is handed over. */
    public static Events list(int[] events, int from, int to) {
        return from < to ? new ListedEvents(events, from, to) : NONE;
    }

    /** The events whose bits are set; the bitmap is handed over, and may lie in a mapped file. */
    public static Events bitmap(ImmutableRoaringBitmap bitmap) {
        return bitmap.isEmpty() ? NONE : new BitmapEvents(bitmap);
    }

    /** Any set of events of the same part. */
    public static Events of(EventSet set) {
        if (set instanceof Events events) {
            return events;
        }
        int[] list = new int[set.size()];
        int count = 0;
        for (int event = set.next(0); event >= 0; event = set.next(event + 1)) {
            list[count++] = event;
        }
        return list(list, 0, count);
    }

    /** The events of any of them, which are below {@code limit}. */
    public static Events union(List<Events> sets, int limit) {
        if (sets.size() <= 1) {
            return sets.isEmpty() ? NONE : sets.get(0);
        }
        long size = 0;
        boolean listed = true;
        for (Events set : sets) {
            size += set.size();
            listed &= set instanceof ListedEvents;
        }
        return listed && size <= SHORT_LIST ? merged(sets, (int) size) : united(sets, limit);
    }

    private static Events merged(List<Events> sets, int size) {
        int[] all = new int[size];
        int count = 0;
        for (Events set : sets) {
            ListedEvents list = (ListedEvents) set;
            list.copyTo(all, count);
            count += list.size();
        }
        Arrays.sort(all);
        int distinct = 0;
        for (int event : all) {
            if (distinct == 0 || all[distinct - 1] != event) {
                all[distinct++] = event;
            }
        }
        return list(all, 0, distinct);
    }

    private static Events united(List<Events> sets, int limit) {
        MutableRoaringBitmap all = new MutableRoaringBitmap();
        long[] words = null;
        for (Events set : sets) {
            if (set instanceof ListedEvents list) {
                words = words == null ? new long[(limit >>> 6) + 1] : words;
                list.setIn(words);
            } else {
                all.or(set.toBitmap());
            }
        }
        if (words != null) {
            all.or(BufferBitSetUtil.bitmapOf(words));
        }
        return bitmap(all);
    }

    abstract boolean contains(int event);

    /** The same events; not to be changed. */
    public abstract ImmutableRoaringBitmap toBitmap();

    /** The same events, without anything that is not on the heap: for whoever uses them once the file may be gone. */
    public Events onHeap() {
        return this;
    }

    /** Those from one number, inclusive, to another, exclusive. */
    public abstract Events within(int fromEvent, int toEvent);

    /** Whether there is none. */
    public final boolean isEmpty() {
        return this == NONE;
    }

    /** Those that are wanted; each is asked about. */
    public Events only(IntPredicate wanted) {
        int[] kept = new int[size()];
        int count = 0;
        for (int event = next(0); event >= 0; event = next(event + 1)) {
            if (wanted.test(event)) {
                kept[count++] = event;
            }
        }
        return list(kept, 0, count);
    }

    /** Those that are in the other as well. */
    public final Events and(Events other) {
        if (isEmpty() || other.isEmpty()) {
            return NONE;
        }
        if (other instanceof Row row) {
            return within(row.from, row.to);
        }
        if (this instanceof Row row) {
            return other.within(row.from, row.to);
        }
        if (this instanceof ListedEvents one && other instanceof ListedEvents two) {
            return one.size() <= two.size() ? one.common(two) : two.common(one);
        }
        if (this instanceof ListedEvents one && one.size() <= SHORT_LIST) {
            return one.only(other::contains);
        }
        if (other instanceof ListedEvents two && two.size() <= SHORT_LIST) {
            return two.only(this::contains);
        }
        return bitmap(ImmutableRoaringBitmap.and(toBitmap(), other.toBitmap()));
    }

    /** Those that are not in the other. */
    public final Events andNot(Events other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        if (this instanceof ListedEvents list && list.size() <= SHORT_LIST) {
            return list.only(event -> !other.contains(event));
        }
        return bitmap(ImmutableRoaringBitmap.andNot(toBitmap(), other.toBitmap()));
    }

    /** How many are in the other as well. */
    public final int common(Events other) {
        boolean bitmaps = this instanceof BitmapEvents && other instanceof BitmapEvents;
        return bitmaps
                ? ImmutableRoaringBitmap.andCardinality(toBitmap(), other.toBitmap())
                : and(other).size();
    }

    private static final class Row extends Events {
        private final int from;
        private final int to;

        Row(int from, int to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public int size() {
            return to - from;
        }

        @Override
        public int size(int fromEvent, int toEvent) {
            return Math.max(0, Math.min(to, toEvent) - Math.max(from, fromEvent));
        }

        @Override
        public int next(int fromEvent) {
            int next = Math.max(from, fromEvent);
            return next < to ? next : -1;
        }

        @Override
        public int previous(int fromEvent) {
            int previous = Math.min(to - 1, fromEvent);
            return previous >= from ? previous : -1;
        }

        @Override
        boolean contains(int event) {
            return event >= from && event < to;
        }

        @Override
        public ImmutableRoaringBitmap toBitmap() {
            return MutableRoaringBitmap.bitmapOfRange(from, to);
        }

        @Override
        public Events within(int fromEvent, int toEvent) {
            return row(Math.max(from, fromEvent), Math.min(to, toEvent));
        }
    }
}
