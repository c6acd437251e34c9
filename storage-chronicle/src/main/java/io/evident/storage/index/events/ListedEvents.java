package io.evident.storage.index.events;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/** Events as a list. Immutable. */
final class ListedEvents extends Events {
    private final int[] events;
    private final int from;
    private final int to;

    ListedEvents(int[] events, int from, int to) {
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
    public ImmutableRoaringBitmap toBitmap() {
        MutableRoaringBitmap bitmap = new MutableRoaringBitmap();
        bitmap.addN(events, from, size());
        return bitmap;
    }

    @Override
    public Events within(int fromEvent, int toEvent) {
        return fromEvent < toEvent ? list(events, firstAt(fromEvent), firstAt(toEvent)) : NONE;
    }

    @Override
    public Events only(IntPredicate wanted) {
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
    Events common(ListedEvents longer) {
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

    void copyTo(int[] target, int at) {
        System.arraycopy(events, from, target, at, size());
    }

    void setIn(long[] words) {
        for (int i = from; i < to; i++) {
            words[events[i] >>> 6] |= 1L << events[i];
        }
    }
}
