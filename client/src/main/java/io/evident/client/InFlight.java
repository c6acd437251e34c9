package io.evident.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The events of one connection that are written and not answered. For the client's thread. */
final class InFlight {
    private final Map<Long, Batch> batches = new LinkedHashMap<>();
    private int unanswered;

    private static final class Batch {
        private final PendingEvent[] events;
        private int unanswered;

        private Batch(PendingEvent[] events) {
            this.events = events;
            this.unanswered = events.length;
        }
    }

    /** Events of this connection that the server counts against its window, also those given up meanwhile. */
    int unanswered() {
        return unanswered;
    }

    void add(long correlationId, List<PendingEvent> events) {
        batches.put(correlationId, new Batch(events.toArray(new PendingEvent[0])));
        unanswered += events.size();
    }

    /** The event that an answer is for; {@code null} when there is none, or it has its answer already. */
    PendingEvent get(long correlationId, int index) {
        Batch batch = batches.get(correlationId);
        return batch == null || index >= batch.events.length ? null : batch.events[index];
    }

    /** Takes out an event that {@link #get} gave. */
    void remove(long correlationId, int index) {
        Batch batch = batches.get(correlationId);
        batch.events[index] = null;
        batch.unanswered--;
        unanswered--;
        if (batch.unanswered == 0) {
            batches.remove(correlationId);
        }
    }

    void forEach(Consumer<PendingEvent> consumer) {
        for (Batch batch : batches.values()) {
            Arrays.stream(batch.events)
                    .filter(event -> event != null && !event.settled())
                    .forEach(consumer);
        }
    }

    /** Takes out all that somebody still waits for, in the order in which they were written: the server may have them. */
    List<PendingEvent> removeAll() {
        List<PendingEvent> events = new ArrayList<>();
        forEach(event -> {
            event.inDoubt = true;
            events.add(event);
        });
        batches.clear();
        unanswered = 0;
        return events;
    }
}
