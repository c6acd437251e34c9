package io.evident.bench;

import io.evident.event.AuditEvent;
import io.evident.event.EventLayout;
import io.evident.event.EventView;
import io.evident.event.wire.EventBatchEncoder;
import io.evident.event.wire.EventBatchView;
import io.evident.event.wire.FrameView;
import io.evident.load.intake.SyntheticEvents;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Frames of {@value #EVENTS} events of 256 bytes each, as a client sends them, one after the other and round and round; each
 * time with ids that were never there before, of version 7 as the client makes them. For one thread.
 */
final class Frames {
    /** Events of a frame. */
    static final int EVENTS = 500;
    /** The size that each event has, encoded. */
    static final int EVENT_BYTES = 256;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int FRAMES = 64;
    private static final int FRAME_BYTES = 1 << 18;
    private static final double CRITICAL_SHARE = 0.001;
    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT_BITS = 0x8000_0000_0000_0000L;
    /** A million ids a second: so many share the milliseconds with which they begin. */
    private static final int IDS_PER_MS = 1_000;

    private static final long FIRST_MS = 1_780_000_000_000L;

    private final byte[][] frames = new byte[FRAMES][];
    private final FrameView frame = new FrameView();
    private final EventBatchView batch = new EventBatchView(EVENTS);
    private final SplittableRandom random = new SplittableRandom(5);
    private long ids;
    private int next;

    Frames() {
        List<AuditEvent> events = SyntheticEvents.list(1, EVENT_BYTES, CRITICAL_SHARE);
        Encoded encoded = Encoded.of(events);
        EventBatchEncoder encoder = new EventBatchEncoder();
        for (int i = 0; i < FRAMES; i++) {
            byte[] bytes = new byte[FRAME_BYTES];
            encoder.begin(bytes, 0, bytes.length, EVENTS, i, null);
            for (int j = 0; j < EVENTS; j++) {
                byte[] event = encoded.next();
                encoder.add(event, 0, event.length);
            }
            frames[i] = java.util.Arrays.copyOf(bytes, encoder.finish());
        }
    }

    /** The next frame, standing before its first event. */
    EventBatchView next() {
        byte[] bytes = frames[next++ & (FRAMES - 1)];
        if (frame.wrap(bytes, 0, bytes.length) != null || batch.wrap(frame) != null) {
            throw new IllegalStateException("no frame");
        }
        while (batch.next()) {
            putNextId(bytes, batch.eventOffset());
        }
        batch.rewind();
        return batch;
    }

    /** Gives an event an id that none had before. */
    private void putNextId(byte[] bytes, int offset) {
        long high = (FIRST_MS + ids / IDS_PER_MS) << 16 | VERSION_7 | (ids % IDS_PER_MS);
        ids++;
        LONG.set(bytes, offset + EventLayout.ID_HIGH_OFFSET, high);
        LONG.set(bytes, offset + EventLayout.ID_LOW_OFFSET, VARIANT_BITS | (random.nextLong() >>> 2));
    }

    /** Lets a view show the event at which a batch stands. */
    static EventView show(EventBatchView batch, EventView view) {
        if (view.wrap(batch.bytes(), batch.eventOffset(), batch.eventLength()) != null) {
            throw new IllegalStateException("no event");
        }
        return view;
    }
}
