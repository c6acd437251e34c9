package io.evident.storage.index;

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
abstract sealed class Events implements EventSet {
    /** No event. */
    static final Events NONE = new Row(0, 0);

    /** Up to here looking up each event of a list in a bitmap beats making another bitmap. */
    private static final int SHORT_LIST = 4096;

    /** The events from one, inclusive, to another, exclusive. */
    static Events row(int from, int to) {
        return from < to ? new Row(from, to) : NONE;
    }

    /** Events in ascending order; the array is handed over. */
    static Events list(int[] events, int from, int to) {
        return from < to ? new Listed(events, from, to) : NONE;
    }

    static Events bitmap(ImmutableRoaringBitmap bitmap) {
        return bitmap.isEmpty() ? NONE : new Bitmap(bitmap);
    }

    /** Any set of events of the same part. */
    static Events of(EventSet set) {
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
    static Events union(List<Events> sets, int limit) {
        if (sets.size() <= 1) {
            return sets.isEmpty() ? NONE : sets.get(0);
        }
        long size = 0;
        boolean listed = true;
        for (Events set : sets) {
            size += set.size();
            listed &= set instanceof Listed;
        }
        return listed && size <= SHORT_LIST ? merged(sets, (int) size) : united(sets, limit);
    }

    private static Events merged(List<Events> sets, int size) {
        int[] all = new int[size];
        int count = 0;
        for (Events set : sets) {
            Listed list = (Listed) set;
            System.arraycopy(list.events, list.from, all, count, list.size());
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
            if (set instanceof Listed list) {
                words = words == null ? new long[(limit >>> 6) + 1] : words;
                for (int i = list.from; i < list.to; i++) {
                    words[list.events[i] >>> 6] |= 1L << list.events[i];
                }
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

    abstract ImmutableRoaringBitmap toBitmap();

    /** Those from one number to another. */
    abstract Events within(int fromEvent, int toEvent);

    final boolean isEmpty() {
        return this == NONE;
    }

    /** Those that are in the other as well. */
    final Events and(Events other) {
        if (isEmpty() || other.isEmpty()) {
            return NONE;
        }
        if (other instanceof Row row) {
            return within(row.from, row.to);
        }
        if (this instanceof Row row) {
            return other.within(row.from, row.to);
        }
        if (this instanceof Listed one && other instanceof Listed two) {
            return one.size() <= two.size() ? one.common(two) : two.common(one);
        }
        if (this instanceof Listed one && one.size() <= SHORT_LIST) {
            return one.only(other::contains);
        }
        if (other instanceof Listed two && two.size() <= SHORT_LIST) {
            return two.only(this::contains);
        }
        return bitmap(ImmutableRoaringBitmap.and(toBitmap(), other.toBitmap()));
    }

    /** Those that are not in the other. */
    final Events andNot(Events other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        if (this instanceof Listed list && list.size() <= SHORT_LIST) {
            return list.only(event -> !other.contains(event));
        }
        return bitmap(ImmutableRoaringBitmap.andNot(toBitmap(), other.toBitmap()));
    }

    /** How many are in the other as well. */
    final int common(Events other) {
        boolean bitmaps = this instanceof Bitmap && other instanceof Bitmap;
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
        ImmutableRoaringBitmap toBitmap() {
            return MutableRoaringBitmap.bitmapOfRange(from, to);
        }

        @Override
        Events within(int fromEvent, int toEvent) {
            return row(Math.max(from, fromEvent), Math.min(to, toEvent));
        }
    }

    private static final class Listed extends Events {
        private final int[] events;
        private final int from;
        private final int to;

        Listed(int[] events, int from, int to) {
            this.events = events;
            this.from = from;
            this.to = to;
        }

        @Override
        public int size() {
            return to - from;
        }

        @Override
        public int size(int fromEvent, int toEvent) {
            return fromEvent < toEvent ? firstAt(toEvent) - firstAt(fromEvent) : 0;
        }

        /** Where the first event stands that is not below a number. */
        private int firstAt(int event) {
            int at = Arrays.binarySearch(events, from, to, event);
            return at < 0 ? -at - 1 : at;
        }

        @Override
        public int next(int fromEvent) {
            int at = firstAt(fromEvent);
            return at < to ? events[at] : -1;
        }

        @Override
        public int previous(int fromEvent) {
            int at = fromEvent == Integer.MAX_VALUE ? to : firstAt(fromEvent + 1);
            return at > from ? events[at - 1] : -1;
        }

        @Override
        boolean contains(int event) {
            return Arrays.binarySearch(events, from, to, event) >= 0;
        }

        @Override
        ImmutableRoaringBitmap toBitmap() {
            MutableRoaringBitmap bitmap = new MutableRoaringBitmap();
            bitmap.addN(events, from, size());
            return bitmap;
        }

        @Override
        Events within(int fromEvent, int toEvent) {
            return fromEvent < toEvent ? list(events, firstAt(fromEvent), firstAt(toEvent)) : NONE;
        }

        Events only(IntPredicate wanted) {
            int[] kept = new int[size()];
            int count = 0;
            for (int i = from; i < to; i++) {
                if (wanted.test(events[i])) {
                    kept[count++] = events[i];
                }
            }
            return list(kept, 0, count);
        }

        /** What it has in common with a longer list: each event is searched for in steps that double. */
        Events common(Listed longer) {
            int[] kept = new int[size()];
            int count = 0;
            int at = longer.from;
            for (int i = from; i < to && at < longer.to; i++) {
                at = longer.skipTo(events[i], at);
                if (at < longer.to && longer.events[at] == events[i]) {
                    kept[count++] = events[i];
                }
            }
            return list(kept, 0, count);
        }

        private int skipTo(int event, int start) {
            int low = start;
            int step = 1;
            while (low + step < to && events[low + step] < event) {
                low += step;
                step <<= 1;
            }
            int at = Arrays.binarySearch(events, low, Math.min(to, low + step + 1), event);
            return at < 0 ? -at - 1 : at;
        }
    }

    private static final class Bitmap extends Events {
        private final ImmutableRoaringBitmap bitmap;
        private final int size;

        Bitmap(ImmutableRoaringBitmap bitmap) {
            this.bitmap = bitmap;
            this.size = bitmap.getCardinality();
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public int size(int fromEvent, int toEvent) {
            int first = Math.max(0, fromEvent);
            return first < toEvent ? (int) bitmap.rangeCardinality(first, toEvent) : 0;
        }

        @Override
        public int next(int fromEvent) {
            return (int) bitmap.nextValue(Math.max(0, fromEvent));
        }

        @Override
        public int previous(int fromEvent) {
            return fromEvent < 0 ? -1 : (int) bitmap.previousValue(fromEvent);
        }

        @Override
        boolean contains(int event) {
            return bitmap.contains(event);
        }

        @Override
        ImmutableRoaringBitmap toBitmap() {
            return bitmap;
        }

        @Override
        Events within(int fromEvent, int toEvent) {
            boolean all = fromEvent <= bitmap.first() && toEvent > bitmap.last();
            return all
                    ? this
                    : bitmap(ImmutableRoaringBitmap.and(
                            bitmap, row(fromEvent, toEvent).toBitmap()));
        }
    }
}
