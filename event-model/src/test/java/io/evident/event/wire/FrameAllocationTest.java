package io.evident.event.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** The road of a batch, there and back, costs no garbage. */
class FrameAllocationTest {
    private static final int ROUNDS = 2_000;
    private static final int EVENTS = 20;
    /** What the measurement itself and a late class initialization may take: far below a byte for each event. */
    private static final long TOLERANCE_BYTES = ROUNDS * EVENTS / 4;

    private final byte[] event = RandomEvents.bytes(new RandomEvents(8).event());
    private final Refusal refusal = new Refusal(RefusalReason.LANE_FULL, "stream", "the lane is full \u20ac");
    private final byte[] buffer = new byte[200_000];
    private final EventBatchEncoder events = new EventBatchEncoder();
    private final ReceiptBatchEncoder receipts = new ReceiptBatchEncoder();
    private final RefusalBatchEncoder refusals = new RefusalBatchEncoder();
    private final FrameView frame = new FrameView();
    private final EventBatchView eventsView = new EventBatchView(EVENTS);
    private final ReceiptBatchView receiptsView = new ReceiptBatchView();
    private final RefusalBatchView refusalsView = new RefusalBatchView();
    private long seen;

    @Test
    void encodersAndViewsAllocateNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        rounds();
        long before = threads.getThreadAllocatedBytes(thread);
        rounds();
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        assertThat(allocated).isLessThan(TOLERANCE_BYTES);
        assertThat(seen).isEqualTo(2L * ROUNDS * EVENTS * 3);
    }

    private void rounds() {
        for (int i = 0; i < ROUNDS; i++) {
            events.begin(buffer, 0, 100_000, EVENTS, i, Tier.SYNCED);
            receipts.begin(buffer, 100_000, 50_000, i);
            refusals.begin(buffer, 150_000, 50_000, i);
            for (int e = 0; e < EVENTS; e++) {
                events.add(event, 0, event.length);
                receipts.add(e, i, e, 1, 1, e, Tier.SYNCED, Lane.CRITICAL, false);
                refusals.add(e, i, e, refusal, 10);
            }
            frame.wrap(buffer, 0, events.finish());
            if (eventsView.wrap(frame) == null) {
                while (eventsView.next()) {
                    seen++;
                }
            }
            frame.wrap(buffer, 100_000, receipts.finish());
            if (receiptsView.wrap(frame) == null) {
                while (receiptsView.next()) {
                    seen++;
                }
            }
            frame.wrap(buffer, 150_000, refusals.finish());
            if (refusalsView.wrap(frame) == null) {
                while (refusalsView.next()) {
                    seen++;
                }
            }
        }
    }
}
