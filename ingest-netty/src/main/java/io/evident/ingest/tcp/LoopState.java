package io.evident.ingest.tcp;

import io.evident.event.EventView;
import io.evident.event.wire.EventBatchView;
import io.evident.event.wire.FrameView;
import io.evident.ingest.TcpLimits;
import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.latency.ReceiptLatencies;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;

/** What the connections of one event loop share, because only one of them is served at a time. */
final class LoopState {
    /** The frame at hand. */
    final byte[] frameBytes;

    final FrameView frame = new FrameView();
    final EventBatchView batch;
    final EventView event = new EventView();
    final AnswerWriter answers;

    /** The shards that events went to in this turn of the loop; see {@link Intake#takePublished}. */
    private long published;

    private boolean flushComes;

    private LoopState(TcpLimits limits, ReceiptLatencies receipts) {
        answers = new AnswerWriter(receipts.newThread());
        frameBytes = new byte[limits.maxFrameBytes()];
        batch = new EventBatchView(limits.maxBatchEvents());
    }

    /**
     * Events went to shards. Whoever deals with them is woken once, behind all that the loop has to read in this turn: what
     * many connections sent then makes few blocks.
     */
    void published(long shards, EventLoop eventLoop, EventIntake door) {
        published |= shards;
        if (!flushComes) {
            flushComes = true;
            eventLoop.execute(() -> flush(door));
        }
    }

    private void flush(EventIntake door) {
        flushComes = false;
        long shards = published;
        published = 0;
        door.flush(shards);
    }

    static FastThreadLocal<LoopState> perLoop(TcpLimits limits, ReceiptLatencies receipts) {
        return new FastThreadLocal<>() {
            @Override
            protected LoopState initialValue() {
                return new LoopState(limits, receipts);
            }
        };
    }
}
