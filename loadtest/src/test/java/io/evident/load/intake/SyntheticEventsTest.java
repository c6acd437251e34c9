package io.evident.load.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventLimits;
import io.evident.event.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyntheticEventsTest {
    private static int encodedBytes(AuditEvent event) {
        EventEncoder encoder = new EventEncoder();
        assertThat(event.encodeInto(encoder)).isNull();
        return encoder.encode(new byte[EventLimits.ENCODED_BYTES], 0);
    }

    @Test
    void fillsEventsUpToTheirSize() {
        assertThat(SyntheticEvents.list(1, 256, 0))
                .hasSize(4_096)
                .allSatisfy(event -> assertThat(encodedBytes(event)).isEqualTo(256));
    }

    @Test
    void leavesLargerEventsAsTheyAre() {
        assertThat(SyntheticEvents.list(1, 1, 0)).allSatisfy(event -> {
            assertThat(event.attributes()).isNull();
            assertThat(encodedBytes(event)).isGreaterThan(1);
        });
    }

    @Test
    void followsFromTheSeed() {
        List<AuditEvent> events = SyntheticEvents.list(1, 256, 0);

        assertThat(actors(SyntheticEvents.list(1, 256, 0))).isEqualTo(actors(events));
        assertThat(actors(SyntheticEvents.list(2, 256, 0))).isNotEqualTo(actors(events));
    }

    private static List<String> actors(List<AuditEvent> events) {
        return events.stream().map(AuditEvent::actorId).toList();
    }

    @Test
    void makesTheWantedShareCritical() {
        assertThat(SyntheticEvents.list(1, 256, 0)).noneMatch(event -> event.severity() == Severity.P0_CRITICAL);
        assertThat(SyntheticEvents.list(1, 256, 1)).allMatch(event -> event.severity() == Severity.P0_CRITICAL);
    }
}
