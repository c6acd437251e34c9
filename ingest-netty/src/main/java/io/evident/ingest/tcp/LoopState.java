package io.evident.ingest.tcp;

import io.evident.event.EventView;
import io.evident.event.wire.EventBatchView;
import io.evident.event.wire.FrameView;
import io.evident.ingest.OfferedEvents;
import io.evident.ingest.TcpLimits;
import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.latency.ReceiptLatencies;
import io.netty.util.concurrent.FastThreadLocal;

/** What the connections of one event loop share, because only one of them is served at a time. */
final class LoopState {
    /** The frame at hand. */
    final byte[] frameBytes;

    final FrameView frame = new FrameView();
    final EventBatchView batch;
    final EventView event = new EventView();
    final AnswerWriter answers;

    final OfferedEvents offered;
    final UrgentAnswers urgent = new UrgentAnswers();

    private LoopState(TcpLimits limits, EventIntake door, ReceiptLatencies receipts) {
        offered = new OfferedEvents(door);
        answers = new AnswerWriter(receipts.newThread());
        frameBytes = new byte[limits.maxFrameBytes()];
        batch = new EventBatchView(limits.maxBatchEvents());
    }

    static FastThreadLocal<LoopState> perLoop(TcpLimits limits, EventIntake door, ReceiptLatencies receipts) {
        return new FastThreadLocal<>() {
            @Override
            protected LoopState initialValue() {
                return new LoopState(limits, door, receipts);
            }
        };
    }
}
