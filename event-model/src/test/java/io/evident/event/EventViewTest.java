package io.evident.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventViewTest {
    private final EventView view = new EventView();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {61, 62, 63})
    void contract9_refusesOrReadsMutatedBytesAndNeverThrows(long seed) {
        Random random = new Random(seed);
        RandomEvents events = new RandomEvents(seed);
        int refused = 0;
        for (int i = 0; i < 5000; i++) {
            byte[] bytes = EventBytes.of(events.next());
            for (int mutation = random.nextInt(3); mutation >= 0; mutation--) {
                // Mostly where the lengths stand.
                int at = random.nextBoolean()
                        ? random.nextInt(bytes.length)
                        : random.nextInt(Math.min(bytes.length, 120));
                bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : bytes[at] + 1);
            }
            refused += readsOrRefuses(bytes, 0, bytes.length) ? 0 : 1;
        }
        assertThat(refused).isBetween(500, 4500);
    }

    @Test
    void contract9_refusesEveryTruncation() {
        byte[] bytes = EventBytes.of(new RandomEvents(64).next());
        for (int length = 0; length < bytes.length; length++) {
            assertThat(readsOrRefuses(Arrays.copyOf(bytes, length), 0, length))
                    .as("%d bytes", length)
                    .isFalse();
            assertThat(readsOrRefuses(bytes, 0, length))
                    .as("%d bytes, more behind", length)
                    .isFalse();
        }
        Refusal tooLong = view.wrap(Arrays.copyOf(bytes, bytes.length + 1), 0, bytes.length + 1);
        assertThat(tooLong.reason()).isEqualTo(RefusalReason.MALFORMED);
    }

    @Test
    void contract9_refusesRandomBytes() {
        Random random = new Random(65);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            assertThat(readsOrRefuses(bytes, 0, bytes.length)).isFalse();
        }
    }

    @Test
    void readsAtAnyOffset() {
        byte[] event = EventBytes.of(RandomEvents.smallest());
        byte[] bytes = new byte[event.length + 20];
        System.arraycopy(event, 0, bytes, 13, event.length);
        assertThat(view.wrap(bytes, 13, event.length)).isNull();
        assertThat(AuditEvent.of(view)).isEqualTo(RandomEvents.smallest());
        assertThat(view.suppliedLength()).isEqualTo(event.length - Short.BYTES);
    }

    @Test
    void refusesAnotherSchemaTemplateOrVersion() {
        for (int at = 0; at < EventLayout.MESSAGE_HEADER_BYTES; at++) {
            byte[] bytes = EventBytes.of(RandomEvents.smallest());
            bytes[at] ^= 1;
            assertThat(view.wrap(bytes, 0, bytes.length).reason())
                    .isIn(RefusalReason.MALFORMED, RefusalReason.UNSUPPORTED_PROTOCOL);
        }
    }

    @Test
    void comparesFieldsAndLabelsByBytes() {
        EventView event = EventBytes.view(AuditEvent.builder("t", "a", "x")
                .resource("r", "i")
                .labels("pci", "\u00e9")
                .build());
        assertThat(event.fieldEquals(EventField.TENANT, utf8("t"))).isTrue();
        assertThat(event.fieldEquals(EventField.TENANT, utf8("tt"))).isFalse();
        assertThat(event.fieldEquals(EventField.STREAM, utf8(""))).isTrue();
        assertThat(event.hasLabel(utf8("\u00e9"))).isTrue();
        assertThat(event.hasLabel(utf8("pc"))).isFalse();
        assertThat(event.labels()).containsExactly("pci", "\u00e9");
        assertThat(event.text(EventField.STREAM)).isNull();
    }

    @Test
    void encodesNothingWhereThereIsNoRoom() {
        EventEncoder encoder = new EventEncoder();
        RandomEvents.smallest().encodeInto(encoder);
        byte[] target = new byte[encoder.encodedLength()];
        assertThat(encoder.encode(target, 1)).isEqualTo(-1);
        assertThat(target).containsOnly(0);
        assertThat(encoder.encode(target, 0)).isEqualTo(target.length);
    }

    @Test
    void takesNoValueThatIsTooLong() {
        EventEncoder encoder = new EventEncoder();
        for (int i = 0; i < EventField.count(); i++) {
            EventField field = EventField.at(i);
            byte[] value = new byte[field.maxBytes() + 1];
            assertThat(encoder.field(field, value, 0, value.length)).isFalse();
            assertThat(encoder.has(field)).isFalse();
            assertThat(encoder.field(field, value, 1, value.length - 1)).isTrue();
        }
        byte[] label = new byte[EventLimits.LABEL_BYTES + 1];
        assertThat(encoder.label(label, 0, label.length)).isFalse();
        for (int i = 0; i < EventLimits.LABELS; i++) {
            assertThat(encoder.label(label, 0, 1)).isTrue();
        }
        assertThat(encoder.label(label, 0, 1)).isFalse();
    }

    /** Whether the bytes are an event; if they are, everything can be asked of them. */
    private boolean readsOrRefuses(byte[] bytes, int offset, int length) {
        Refusal refusal = view.wrap(bytes, offset, length);
        if (refusal != null) {
            assertThat(refusal.detail()).isNotEmpty();
            return false;
        }
        for (int i = 0; i < EventField.count(); i++) {
            EventField field = EventField.at(i);
            assertThat(view.fieldOffset(field) + view.fieldLength(field)).isBetween(0, offset + length);
            view.text(field);
        }
        assertThat(view.labels()).hasSize(view.labelCount());
        view.hasLabel(utf8("none"));
        if (EventValidator.check(view) == null) {
            AuditEvent event = AuditEvent.of(view);
            assertThat(EventBytes.of(event)).isEqualTo(Arrays.copyOfRange(bytes, offset, offset + length));
        }
        return true;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
