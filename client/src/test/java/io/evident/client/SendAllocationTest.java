package io.evident.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.evident.event.AuditEvent;
import io.evident.event.Receipt;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The calling thread allocates the stage that it is given, and nothing else. */
class SendAllocationTest {
    private static final int EVENTS = 500;
    private static final int ROUNDS = 40;

    @Test
    void aCallOfSendAllocatesOnlyItsStage() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        AuditEvent[] events = new AuditEvent[EVENTS];
        for (int i = 0; i < EVENTS; i++) {
            events[i] = Events.event(i);
        }
        try (ScriptedServer server = new ScriptedServer(ServerSide::acceptAll);
                AuditClient client = server.client().connect()) {
            double stageBytes = stageBytes(threads);
            double leastPerCall = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                List<CompletionStage<Receipt>> stages = new ArrayList<>(EVENTS);
                long before =
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                for (AuditEvent event : events) {
                    stages.add(client.send(event));
                }
                long allocated =
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
                leastPerCall = Math.min(leastPerCall, (double) allocated / EVENTS);
                for (CompletionStage<Receipt> stage : stages) {
                    Events.receipt(stage);
                }
            }
            assertThat(leastPerCall).as("bytes a call").isEqualTo(stageBytes);
        }
    }

    private static double stageBytes(ThreadMXBean threads) {
        PendingEvent[] stages = new PendingEvent[EVENTS];
        AuditEvent event = Events.event(0);
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < EVENTS; i++) {
            stages[i] = new PendingEvent(event, 1, i);
        }
        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(stages).doesNotContainNull();
        return (double) allocated / EVENTS;
    }
}
