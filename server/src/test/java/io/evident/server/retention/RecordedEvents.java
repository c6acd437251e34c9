package io.evident.server.retention;

import io.evident.event.AuditEvent;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.admission.Intake;
import io.evident.pipeline.receipt.ReceiptSink;
import io.evident.pipeline.recorder.OwnEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A road that stores or refuses events of the server's own, in memory. */
final class RecordedEvents implements EventIntake {
    private final List<AuditEvent> stored = new CopyOnWriteArrayList<>();
    private volatile Refusal refusal;
    private volatile RuntimeException failure;

    OwnEvents own() {
        return new OwnEvents(this, (condition, timeoutMs) -> condition.getAsBoolean(), System::nanoTime, () -> 0);
    }

    void refuseAll(Refusal why) {
        refusal = why;
    }

    void failAll(RuntimeException why) {
        failure = why;
    }

    List<AuditEvent> stored() {
        return new ArrayList<>(stored);
    }

    List<String> actions() {
        return stored.stream().map(AuditEvent::action).toList();
    }

    @Override
    public void offer(
            Intake intake,
            EventView event,
            Tier tier,
            long receivedTick,
            long receivedTimeNs,
            ReceiptSink sink,
            int index) {
        if (failure != null) {
            throw failure;
        }
        if (refusal != null) {
            sink.refusal(index, 0, 0, refusal);
            return;
        }
        stored.add(AuditEvent.of(event));
        sink.receipt(index, 0, 0, 0, 1, stored.size(), tier, Lane.STANDARD, false);
    }

    @Override
    public void refuse(Refusal why, ReceiptSink sink, int index) {
        sink.refusal(index, 0, 0, why);
    }

    @Override
    public void flush(long shards) {
        // Everything is stored at once.
    }

    @Override
    public boolean isOpen() {
        return true;
    }
}
