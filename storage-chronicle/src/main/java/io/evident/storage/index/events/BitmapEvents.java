package io.evident.storage.index.events;

import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/** Events as a Roaring bitmap. Immutable. */
final class BitmapEvents extends Events {
    private final ImmutableRoaringBitmap bitmap;
    private final int size;

    BitmapEvents(ImmutableRoaringBitmap bitmap) {
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
    public ImmutableRoaringBitmap toBitmap() {
        return bitmap;
    }

    @Override
    public Events onHeap() {
        return bitmap instanceof MutableRoaringBitmap ? this : bitmap(bitmap.toMutableRoaringBitmap());
    }

    @Override
    public Events within(int fromEvent, int toEvent) {
        boolean all = fromEvent <= bitmap.first() && toEvent > bitmap.last();
        return all
                ? this
                : bitmap(ImmutableRoaringBitmap.and(
                        bitmap, row(fromEvent, toEvent).toBitmap()));
    }
}
