package io.evident.load.target;

import io.evident.event.EventLayout;
import io.evident.load.pool.EventPool;
import io.evident.load.pool.IdSequence;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * A few events that are sent together, drawn from a pool, each with an id of its own. Reusable; the loop that owns it
 * fills it again after every {@link TargetSender#send}. Not thread-safe.
 */
public final class EventBatch {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final EventPool pool;
    private final IdSequence ids;
    private final long[] idLows;
    private final int[] picks;
    private long idHigh;
    private int count;
    private int sizeBytes;

    /** @param mostEvents that {@link #fill} is ever asked for */
    public EventBatch(EventPool pool, IdSequence ids, int mostEvents) {
        this.pool = pool;
        this.ids = ids;
        this.idLows = new long[mostEvents];
        this.picks = new int[mostEvents];
    }

    /** Draws so many new events. */
    public void fill(int events) {
        ids.at(System.currentTimeMillis());
        idHigh = ids.high();
        count = events;
        sizeBytes = 0;
        for (int i = 0; i < events; i++) {
            idLows[i] = ids.nextLow();
            picks[i] = pool.indexOf(idLows[i]);
            sizeBytes += pool.event(picks[i]).length;
        }
    }

    /** Events in the batch. */
    public int count() {
        return count;
    }

    /** Bytes of all events in Evident's binary form. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /** Bytes of one event in Evident's binary form. */
    public int length(int index) {
        return pool.event(picks[index]).length;
    }

    /**
     * Copies one event in Evident's binary form, with its id in it.
     *
     * @return its length
     */
    public int copy(int index, byte[] to, int offset) {
        byte[] event = pool.event(picks[index]);
        System.arraycopy(event, 0, to, offset, event.length);
        putId(index, to, offset);
        return event.length;
    }

    /** Sets the id in an event's binary form that begins at this offset. */
    public void putId(int index, byte[] to, int offset) {
        LONGS.set(to, offset + EventLayout.ID_HIGH_OFFSET, idHigh);
        LONGS.set(to, offset + EventLayout.ID_LOW_OFFSET, idLows[index]);
    }

    /** One event in Evident's binary form, with its id in it: a new array, for systems that keep what they are given. */
    public byte[] bytes(int index) {
        byte[] event = new byte[length(index)];
        copy(index, event, 0);
        return event;
    }

    /** The event's number in the pool. */
    public int pick(int index) {
        return picks[index];
    }

    /** The pool that the events come from. */
    public EventPool pool() {
        return pool;
    }

    public long idHigh() {
        return idHigh;
    }

    public long idLow(int index) {
        return idLows[index];
    }

    /** The id of one event. Allocates. */
    public UUID id(int index) {
        return new UUID(idHigh, idLows[index]);
    }
}
