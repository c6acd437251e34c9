package io.evident.event.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventField;
import io.evident.event.EventLayout;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import io.evident.event.Tier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our codec and the one that the SBE tool generates from the published schema write the same bytes. */
class PublishedSchemaTest {
    private static final int EVENTS_PER_SEED = 100;
    private static final List<String> TEXTS = List.of(
            "tenant",
            "stream",
            "actorId",
            "actorIp",
            "actorAgent",
            "action",
            "category",
            "resourceType",
            "resourceId",
            "attributes",
            "receivedFrom");

    private static final GeneratedSbe SBE = GeneratedSbe.instance();

    static List<Class<? extends Enum<?>>> enumerations() {
        return List.of(Outcome.class, Severity.class, Tier.class, Lane.class, RefusalReason.class);
    }

    @ParameterizedTest
    @MethodSource("enumerations")
    void enumerationHasOurNamesAndCodes(Class<? extends Enum<?>> ours) throws Exception {
        Object[] generated = SBE.type(ours.getSimpleName()).getEnumConstants();
        String[] expected = Arrays.stream(ours.getEnumConstants())
                .map(constant -> constant.name() + "=" + constant.ordinal())
                .toArray(String[]::new);
        String[] found = new String[generated.length - 1];
        for (int i = 0; i < found.length; i++) {
            Object code = generated[i].getClass().getMethod("value").invoke(generated[i]);
            found[i] = generated[i] + "=" + ((Number) code).intValue();
        }
        assertThat(found).containsExactly(expected);
    }

    @Test
    void everyMessageHasOurTemplateIdAndBlockLength() throws Exception {
        Map<String, int[]> ours = Map.of(
                "AuditEvent", new int[] {EventLayout.TEMPLATE_ID, EventLayout.BLOCK_BYTES},
                "Hello", new int[] {FrameLayout.HELLO, Hello.BLOCK_BYTES},
                "Welcome", new int[] {FrameLayout.WELCOME, Welcome.BLOCK_BYTES},
                "EventBatch", new int[] {FrameLayout.EVENT_BATCH, EventBatchLayout.BLOCK_BYTES},
                "ReceiptBatch", new int[] {FrameLayout.RECEIPT_BATCH, ReceiptBatchLayout.BLOCK_BYTES},
                "RefusalBatch", new int[] {FrameLayout.REFUSAL_BATCH, RefusalBatchLayout.BLOCK_BYTES},
                "Window", new int[] {FrameLayout.WINDOW, Window.BLOCK_BYTES},
                "Farewell", new int[] {FrameLayout.FAREWELL, Farewell.BLOCK_BYTES});
        for (Map.Entry<String, int[]> message : ours.entrySet()) {
            Class<?> encoder = SBE.type(message.getKey() + "Encoder");
            assertThat(new int[] {
                        encoder.getField("TEMPLATE_ID").getInt(null),
                        encoder.getField("BLOCK_LENGTH").getInt(null)
                    })
                    .as(message.getKey())
                    .containsExactly(message.getValue());
            assertThat(encoder.getField("SCHEMA_ID").getInt(null)).isEqualTo(EventLayout.SCHEMA_ID);
            assertThat(encoder.getField("SCHEMA_VERSION").getInt(null)).isEqualTo(EventLayout.SCHEMA_VERSION);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void eventsAreTheSameBytesAndReadEachWay(long seed) throws Exception {
        RandomEvents events = new RandomEvents(seed);
        for (int i = 0; i < EVENTS_PER_SEED; i++) {
            AuditEvent event = events.event();
            boolean stored = event.timeNs() != null && events.random().nextBoolean();
            long receivedTimeNs = stored ? events.random().nextLong() : 0;
            String receivedFrom = stored ? events.text(1, 20) : "";

            byte[] ours = encode(event, receivedTimeNs, receivedFrom);
            byte[] generated = generate(event, receivedTimeNs, receivedFrom, ours.length);

            assertThat(generated).as("event %s", i).containsExactly(ours);
            EventView view = new EventView();
            assertThat(view.wrap(generated, 0, generated.length)).isNull();
            assertThat(AuditEvent.of(view)).isEqualTo(event);
            assertGeneratedReads(ours, view);
        }
    }

    private static byte[] encode(AuditEvent event, long receivedTimeNs, String receivedFrom) {
        EventEncoder encoder = new EventEncoder();
        assertThat(event.encodeInto(encoder)).isNull();
        encoder.receivedTimeNs(receivedTimeNs);
        byte[] from = receivedFrom.getBytes(StandardCharsets.UTF_8);
        encoder.field(EventField.RECEIVED_FROM, from, 0, from.length);
        byte[] bytes = new byte[encoder.encodedLength()];
        assertThat(encoder.encode(bytes, 0)).isEqualTo(bytes.length);
        return bytes;
    }

    private static byte[] generate(AuditEvent event, long receivedTimeNs, String receivedFrom, int length)
            throws ReflectiveOperationException {
        byte[] bytes = new byte[length];
        GeneratedSbe.Codec encoder = SBE.encoder("AuditEvent", bytes, 0);
        encoder.call("receivedTimeNs", receivedTimeNs);
        encoder.call("timeNs", event.timeNs() == null ? 0L : event.timeNs());
        encoder.call("idHigh", event.id() == null ? 0L : event.id().getMostSignificantBits());
        encoder.call("idLow", event.id() == null ? 0L : event.id().getLeastSignificantBits());
        encoder.part("flags").part("clear").call("timeAbsent", event.timeNs() == null);
        encoder.call("outcome", SBE.constant("Outcome", event.outcome().name()));
        encoder.call("severity", SBE.constant("Severity", event.severity().name()));
        GeneratedSbe.Codec labels = encoder.part("labelsCount", event.labels().size());
        for (String label : event.labels()) {
            labels.part("next").call("label", label);
        }
        Object[] texts = {
            event.tenant(),
            event.stream(),
            event.actorId(),
            event.actorIp(),
            event.actorAgent(),
            event.action(),
            event.category(),
            event.resourceType(),
            event.resourceId(),
            event.attributes(),
            receivedFrom
        };
        for (int i = 0; i < texts.length; i++) {
            encoder.call(TEXTS.get(i), texts[i] == null ? "" : texts[i]);
        }
        assertThat(encoder.number("encodedLength") + EventLayout.MESSAGE_HEADER_BYTES)
                .isEqualTo(length);
        return bytes;
    }

    private static void assertGeneratedReads(byte[] bytes, EventView view) throws ReflectiveOperationException {
        GeneratedSbe.Codec decoder = SBE.decoder("AuditEvent", bytes, 0);
        assertThat(decoder.number("receivedTimeNs")).isEqualTo(view.receivedTimeNs());
        assertThat(decoder.number("timeNs")).isEqualTo(view.timeNs());
        assertThat(decoder.number("idHigh")).isEqualTo(view.idHigh());
        assertThat(decoder.number("idLow")).isEqualTo(view.idLow());
        assertThat(decoder.part("flags").call("timeAbsent")).isEqualTo(view.timeAbsent());
        assertThat(decoder.text("outcome")).isEqualTo(view.outcome().name());
        assertThat(decoder.text("severity")).isEqualTo(view.severity().name());
        GeneratedSbe.Codec labels = decoder.part("labels");
        for (String label : view.labels()) {
            assertThat(labels.part("next").text("label")).isEqualTo(label);
        }
        assertThat(labels.call("hasNext")).isEqualTo(false);
        for (int i = 0; i < EventField.count(); i++) {
            String ours = view.text(EventField.at(i));
            assertThat(decoder.text(TEXTS.get(i))).isEqualTo(ours == null ? "" : ours);
        }
    }
}
