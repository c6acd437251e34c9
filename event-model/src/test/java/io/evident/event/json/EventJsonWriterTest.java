package io.evident.event.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.AuditEvent;
import io.evident.event.EventBytes;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.RandomEvents;
import io.evident.event.Severity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventJsonWriterTest {
    private static final AuditEvent FULL = AuditEvent.builder("acme", "user-17", "document.read")
            .id(UUID.fromString("0193a7f0-5d2c-7b4e-9c1a-2f6d8e4b1a3c"))
            .timeNs(1_795_342_530_123_456_789L)
            .stream("wedding-4711")
            .actorIp("203.0.113.9")
            .actorAgent("a\"b\\c\n\u0001\u00e9\ud83d\udc8d")
            .category("data-access")
            .resource("document", "doc-9")
            .outcome(Outcome.DENIED)
            .severity(Severity.P0_CRITICAL)
            .labels("pci", "\t")
            .attributes("{ \"b\" : 1.00 ,\r\n\"b\":\"\\u0041\\n\"}")
            .build();
    private static final String SUPPLIED = "{\"id\":\"0193a7f0-5d2c-7b4e-9c1a-2f6d8e4b1a3c\","
            + "\"time\":\"2026-11-22T10:15:30.123456789Z\",\"tenant\":\"acme\",\"stream\":\"wedding-4711\","
            + "\"actor\":{\"id\":\"user-17\",\"ip\":\"203.0.113.9\",\"agent\":\"a\\\"b\\\\c\\n\\u0001\u00e9\ud83d\udc8d\"},"
            + "\"action\":\"document.read\",\"category\":\"data-access\",\"resource\":{\"type\":\"document\",\"id\":\"doc-9\"},"
            + "\"outcome\":\"denied\",\"severity\":\"P0_CRITICAL\",\"labels\":[\"pci\",\"\\t\"],\"attributes\":";

    @Test
    void writesTheFieldsInTheirOrderAndTheAttributesAsSent() {
        assertThat(text(EventJsonWriter.asSent().toBytes(FULL))).isEqualTo(SUPPLIED + FULL.attributes() + "}");
    }

    @Test
    void writesOneLineWhenAskedTo() {
        assertThat(text(EventJsonWriter.onOneLine().toBytes(FULL)))
                .isEqualTo(SUPPLIED + "{ \"b\" : 1.00 ,  \"b\":\"\\u0041\\n\"}}");
    }

    @Test
    void leavesOutWhatIsAbsent() {
        assertThat(text(EventJsonWriter.asSent().toBytes(RandomEvents.smallest())))
                .isEqualTo(
                        "{\"tenant\":\"t\",\"actor\":{\"id\":\"a\"},\"action\":\"x\",\"resource\":{\"type\":\"r\",\"id\":\"i\"},"
                                + "\"outcome\":\"unknown\",\"severity\":\"P4_INFO\"}");
    }

    @Test
    void addsWhatTheServerFilledInAndTheIdentity() throws IOException {
        EventView stored = EventBytes.stored(FULL, 1_795_342_531_000_000_000L, "198.51.100.7");
        assertThat(written(stored))
                .isEqualTo(SUPPLIED + FULL.attributes()
                        + ",\"receivedTime\":\"2026-11-22T10:15:31Z\",\"receivedFrom\":\"198.51.100.7\","
                        + "\"shard\":3,\"incarnation\":2,\"sequence\":9007199254740993,\"lane\":\"critical\"}");
    }

    @Test
    void writesTheReceiveTimeAsTimeOfAStoredEventWithoutOne() throws IOException {
        EventView stored = EventBytes.stored(RandomEvents.smallest(), 1_795_342_531_000_000_000L, "f");
        assertThat(written(stored)).contains("\"time\":\"2026-11-22T10:15:31Z\",\"tenant\"");
    }

    @Test
    void writesManyLargeEventsToOneGenerator() throws IOException {
        EventView largest = EventBytes.view(RandomEvents.largest());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = EventJsonWriter.generator(bytes)) {
            out.writeStartArray();
            for (int i = 0; i < 3; i++) {
                EventJsonWriter.asSent().write(out, largest);
            }
            out.writeEndArray();
        }
        String one = text(EventJsonWriter.asSent().toBytes(largest));
        assertThat(text(bytes.toByteArray())).isEqualTo("[" + one + "," + one + "," + one + "]");
    }

    @Test
    void namesTheFieldOfAnEventThatCannotBePosted() {
        AuditEvent event = AuditEvent.builder("t", "a", "x").resource("r", "").build();
        assertThatThrownBy(() -> EventJsonWriter.asSent().toBytes(event))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("resource.id is empty");
        AuditEvent noJson = AuditEvent.builder("t", "a", "x")
                .resource("r", "i")
                .attributes("{")
                .build();
        assertThatThrownBy(() -> EventJsonWriter.asSent().toBytes(noJson))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("attributes expected a name");
    }

    private static String written(EventView stored) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = EventJsonWriter.generator(bytes)) {
            EventJsonWriter.asSent().write(out, stored, 3, 2, 9_007_199_254_740_993L, Lane.CRITICAL);
        }
        return text(bytes.toByteArray());
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
