package io.evident.ingest.tcp;

import io.evident.event.EventView;
import io.evident.event.wire.EventBatchView;
import io.evident.event.wire.FrameView;
import io.evident.ingest.TcpLimits;
import io.netty.util.concurrent.FastThreadLocal;

/** What the connections of one event loop share, because only one of them is served at a time. */
final class LoopState {
    /** The frame at hand. */
    final byte[] frameBytes;

    final FrameView frame = new FrameView();
    final EventBatchView batch;
    final EventView event = new EventView();
    final AnswerWriter answers = new AnswerWriter();

    private LoopState(TcpLimits limits) {
        frameBytes = new byte[limits.maxFrameBytes()];
        batch = new EventBatchView(limits.maxBatchEvents());
    }

    static FastThreadLocal<LoopState> perLoop(TcpLimits limits) {
        return new FastThreadLocal<>() {
            @Override
            protected LoopState initialValue() {
                return new LoopState(limits);
            }
        };
    }
}
