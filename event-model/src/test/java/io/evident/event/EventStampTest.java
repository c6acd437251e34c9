package io.evident.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStampTest {
    private static final byte[] FROM = "203.0.113.9:4711".getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {71, 72})
    void addsWhatTheServerKnowsAndKeepsTheRest(long seed) {
        RandomEvents events = new RandomEvents(seed);
        for (int i = 0; i < 500; i++) {
            AuditEvent event = events.next();
            UUID id = event.id() == null ? events.id() : event.id();
            EventView supplied = EventBytes.view(event);
            EventView stored = stamp(supplied, id, 1234);

            assertThat(stored.receivedTimeNs()).isEqualTo(1234);
            assertThat(stored.text(EventField.RECEIVED_FROM)).isEqualTo("203.0.113.9:4711");
            assertThat(stored.id()).isEqualTo(id);
            assertThat(stored.timeNs()).isEqualTo(event.timeNs() == null ? 1234 : event.timeNs());
            assertThat(stored.timeAbsent()).isEqualTo(event.timeNs() == null);
            AuditEvent read = AuditEvent.of(stored);
            assertThat(read.attributes()).isEqualTo(event.attributes());
            assertThat(read.labels()).isEqualTo(event.labels());
            assertThat(read.resourceId()).isEqualTo(event.resourceId());
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {73, 74})
    void makesTwoSendingsOfOneEventAlikeAgain(long seed) {
        RandomEvents events = new RandomEvents(seed);
        for (int i = 0; i < 500; i++) {
            AuditEvent event = events.next();
            UUID id = events.id();
            EventView first = stamp(EventBytes.view(event.withId(id)), id, 1);
            EventView second = stamp(EventBytes.view(event.withId(id)), id, 2);
            EventStamp.unstamp(first);
            EventStamp.unstamp(second);
            byte[] supplied = EventBytes.of(event.withId(id));
            assertThat(supplied(first)).isEqualTo(supplied(second));
            assertThat(supplied(first)).isEqualTo(Arrays.copyOf(supplied, supplied.length - Short.BYTES));
        }
    }

    private static byte[] supplied(EventView event) {
        return Arrays.copyOfRange(event.bytes(), event.offset(), event.offset() + event.suppliedLength());
    }

    private static EventView stamp(EventView supplied, UUID id, long receivedTimeNs) {
        int length = EventStamp.stampedLength(supplied, FROM);
        byte[] target = new byte[length + 7];
        int written = EventStamp.copyStamped(
                supplied, id.getMostSignificantBits(), id.getLeastSignificantBits(), receivedTimeNs, FROM, target, 7);
        assertThat(written).isEqualTo(length);
        EventView stored = new EventView();
        assertThat(stored.wrap(target, 7, length)).isNull();
        return stored;
    }
}
