package io.evident.pipeline.priority;

import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.pipeline.ledger.Utf8Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** All occasions, by stream. Thread-safe; asking does not allocate. */
public final class OccasionCalendar {
    private final Utf8Table<List<Occasion>> byStream = new Utf8Table<>();

    public OccasionCalendar(List<Occasion> occasions) {
        for (Occasion occasion : occasions) {
            byte[] stream = occasion.stream().getBytes(StandardCharsets.UTF_8);
            byStream.computeIfAbsent(stream, 0, stream.length, name -> new ArrayList<>())
                    .add(occasion);
        }
    }

    /** Whether the event's stream is protected at a time. */
    boolean isActive(EventView event, long timeNs) {
        List<Occasion> occasions =
                byStream.get(event.bytes(), event.fieldOffset(EventField.STREAM), event.fieldLength(EventField.STREAM));
        if (occasions == null) {
            return false;
        }
        for (int i = 0; i < occasions.size(); i++) {
            if (occasions.get(i).isActiveAt(timeNs)) {
                return true;
            }
        }
        return false;
    }
}
