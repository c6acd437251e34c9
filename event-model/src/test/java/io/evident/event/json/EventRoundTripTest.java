package io.evident.event.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventBytes;
import io.evident.event.EventEncoder;
import io.evident.event.EventLimits;
import io.evident.event.EventValidator;
import io.evident.event.EventView;
import io.evident.event.RandomEvents;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON to binary to view to AuditEvent to binary to JSON: nothing is lost or changed. */
class EventRoundTripTest {
    private final EventJsonReader reader = new EventJsonReader();
    private final EventEncoder encoder = new EventEncoder();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 20261122})
    void keepsRandomEventsThroughEveryForm(long seed) {
        new RandomEvents(seed).events(500).forEach(this::assertKept);
    }

    @Test
    void keepsTheSmallestEvent() {
        assertKept(RandomEvents.smallest());
    }

    @Test
    void keepsTheLargestEventWithinTheLimitOfAnEvent() {
        AuditEvent largest = RandomEvents.largest();
        assertKept(largest);
        EventView stored = EventBytes.stored(largest, 1, "f".repeat(256));
        assertThat(stored.length()).isLessThanOrEqualTo(EventLimits.ENCODED_BYTES);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, 1, 999_999_999, Long.MAX_VALUE - 1, Long.MAX_VALUE})
    void keepsNanosecondsAtTheEndsOfTheRange(long timeNs) {
        assertKept(AuditEvent.builder("t", "a", "x")
                .resource("r", "i")
                .timeNs(timeNs)
                .build());
    }

    @Test
    void keepsAttributesByteForByte() {
        String attributes = "{ \"a\" : 1.0e5 ,\n\t\"a\":\"\\u0041\\/\" , \"\ud83d\udc8d\":[ ] }";
        String json =
                "{\"tenant\":\"t\",\"actor\":{\"id\":\"a\"},\"action\":\"x\",\"resource\":{\"type\":\"r\",\"id\":\"i\"},"
                        + "\"outcome\":\"success\",\"attributes\" :  " + attributes + " ,\"severity\":\"P3_LOW\"}";
        assertThat(read(json).attributes()).isEqualTo(attributes);
    }

    private void assertKept(AuditEvent event) {
        byte[] binary = EventBytes.of(event);
        EventView view = EventBytes.view(binary);
        assertThat(EventValidator.check(view)).as("%s", event).isNull();
        assertThat(new AttributesCheck().check(view)).as("%s", event).isNull();
        assertThat(AuditEvent.of(view)).isEqualTo(event);

        byte[] json = EventJsonWriter.asSent().toBytes(event);
        assertThat(reader.read(json, 0, json.length, encoder)).as("%s", event).isNull();
        byte[] again = EventBytes.of(encoder);
        assertThat(again).as("%s", event).isEqualTo(binary);
        assertThat(EventJsonWriter.asSent().toBytes(EventBytes.view(again))).isEqualTo(json);
    }

    private AuditEvent read(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertThat(reader.read(bytes, 0, bytes.length, encoder)).isNull();
        return AuditEvent.of(EventBytes.view(EventBytes.of(encoder)));
    }
}
