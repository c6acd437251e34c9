package io.evident.load.sink;

import io.evident.event.EventLayout;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.event.wire.EventBatchView;
import io.evident.event.wire.FrameLayout;
import io.evident.event.wire.FrameView;
import io.evident.event.wire.ReceiptBatchEncoder;
import io.evident.event.wire.Welcome;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;

/** Answers frames of Evident's TCP protocol. */
final class FrameSink implements SinkProtocol {
    private static final int WINDOW = 1 << 20;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final FrameView frame = new FrameView();
    private final EventBatchView batch = new EventBatchView(FrameLayout.DEFAULT_MAX_BATCH_EVENTS);
    private final ReceiptBatchEncoder receipts = new ReceiptBatchEncoder();
    private final AtomicLong answered;
    private long sequence;

    /** @param answered counts the events that were answered, of all connections; this thread's alone */
    FrameSink(AtomicLong answered) {
        this.answered = answered;
    }

    @Override
    public int take(byte[] bytes, int from, int to, SinkConnection answers) throws IOException {
        if (to - from < FrameLayout.LENGTH_BYTES) {
            return -1;
        }
        long length = FrameLayout.frameLength(bytes, from);
        require(FrameLayout.checkFrameLength(length, FrameLayout.DEFAULT_MAX_FRAME_BYTES));
        if (length > to - from) {
            return -1;
        }
        require(frame.wrap(bytes, from, (int) length));
        if (frame.templateId() == FrameLayout.HELLO) {
            answers.answer(new Welcome(
                            FrameLayout.PROTOCOL_VERSION,
                            FrameLayout.DEFAULT_MAX_FRAME_BYTES,
                            FrameLayout.DEFAULT_MAX_BATCH_EVENTS,
                            WINDOW,
                            "null sink")
                    .encode());
        } else if (frame.templateId() != FrameLayout.FAREWELL) {
            require(batch.wrap(frame));
            answer(answers);
        }
        return from + (int) length;
    }

    private void answer(SinkConnection answers) {
        int mostBytes = ReceiptBatchEncoder.EMPTY_FRAME_BYTES + batch.count() * ReceiptBatchEncoder.RECEIPT_BYTES;
        byte[] out = answers.room(mostBytes);
        receipts.begin(out, answers.outEnd(), mostBytes, batch.correlationId());
        Tier tier = batch.tier() == null ? Tier.SYNCED : batch.tier();
        while (batch.next()) {
            long high = (long) LONGS.get(batch.bytes(), batch.eventOffset() + EventLayout.ID_HIGH_OFFSET);
            long low = (long) LONGS.get(batch.bytes(), batch.eventOffset() + EventLayout.ID_LOW_OFFSET);
            receipts.add(batch.index(), high, low, 0, 1, sequence++, tier, Lane.STANDARD, false);
        }
        answers.answered(receipts.finish());
        answered.lazySet(answered.getPlain() + batch.count());
    }

    private static void require(Refusal refusal) throws IOException {
        if (refusal != null) {
            throw new IOException("a frame that cannot be read: " + refusal.detail());
        }
    }
}
