package io.evident.load.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Severity;
import io.evident.event.json.EventJsonWriter;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DerivedEventTest {
    private static final int EVENTS = 5_000;

    @Test
    void saysTheSameForTheSameIdAndSomethingElseForAnother() {
        Set<String> attributes = new HashSet<>();
        for (int i = 0; i < EVENTS; i++) {
            UUID id = DerivedEvent.id(-5, i % 3, i / 3);
            AuditEvent event = DerivedEvent.of(id);
            assertThat(event).isEqualTo(DerivedEvent.of(UUID.fromString(id.toString())));
            assertThat(event.id()).isEqualTo(id);
            assertThat(id.version()).isEqualTo(8);
            assertThat(id.variant()).isEqualTo(2);
            attributes.add(event.id() + event.attributes());
        }
        assertThat(attributes).hasSize(EVENTS);
    }

    @Test
    void makesEventsOfAllLanesAndSizesThatEvidentTakes() {
        int critical = 0;
        int labelled = 0;
        int longest = 0;
        for (int i = 0; i < EVENTS; i++) {
            AuditEvent event = DerivedEvent.of(DerivedEvent.id(1, 0, i));
            critical += event.severity() == Severity.P0_CRITICAL ? 1 : 0;
            labelled += event.labels().isEmpty() ? 0 : 1;
            // Refuses an event that is too large or no event.
            longest = Math.max(longest, EventJsonWriter.asSent().toBytes(event).length);
        }
        assertThat(critical).isBetween(EVENTS / 20, EVENTS / 5);
        assertThat(labelled).isBetween(EVENTS / 10, EVENTS / 3);
        assertThat(longest).isGreaterThan(16_000);
    }
}
