package io.evident.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventValidatorTest {
    private static final AuditEvent FULL = RandomEvents.largest();

    @ParameterizedTest
    @EnumSource(value = EventField.class, mode = EnumSource.Mode.EXCLUDE, names = "RECEIVED_FROM")
    void contract9_refusesEachFieldThatIsNotUtf8(EventField field) {
        EventView event = EventBytes.view(FULL);
        event.bytes()[event.fieldOffset(field)] = (byte) 0xFF;
        expect(EventValidator.check(event), RefusalReason.INVALID_TEXT, field.jsonName());
    }

    @ParameterizedTest
    @EnumSource(EventField.class)
    void contract9_refusesAnEventWithoutARequiredField(EventField field) {
        Refusal refusal = EventValidator.check(EventBytes.view(without(field)));
        if (field.required()) {
            expect(refusal, RefusalReason.MISSING_FIELD, field.jsonName());
        } else {
            assertThat(refusal).isNull();
        }
    }

    @Test
    void contract9_refusesUnknownCodesAndFlags() {
        expect(changed(EventLayout.OUTCOME_OFFSET, 4), RefusalReason.INVALID_VALUE, "outcome");
        expect(changed(EventLayout.OUTCOME_OFFSET, -1), RefusalReason.INVALID_VALUE, "outcome");
        expect(changed(EventLayout.SEVERITY_OFFSET, 5), RefusalReason.INVALID_VALUE, "severity");
        expect(changed(EventLayout.FLAGS_OFFSET, 2), RefusalReason.MALFORMED, null);
        expect(changed(EventLayout.FLAGS_OFFSET + 1, 1), RefusalReason.MALFORMED, null);
        expect(changed(EventLayout.FLAGS_OFFSET, 1), RefusalReason.INVALID_TIME, "time");
    }

    @Test
    void contract9_refusesWhatOnlyTheServerFillsIn() {
        expect(changed(EventLayout.RECEIVED_TIME_OFFSET, 1), RefusalReason.SERVER_FIELD, "receivedTime");
        expect(EventValidator.check(EventBytes.stored(FULL, 0, "f")), RefusalReason.SERVER_FIELD, "receivedFrom");
    }

    @Test
    void contract9_refusesBadLabels() {
        EventEncoder encoder = new EventEncoder();
        RandomEvents.smallest().encodeInto(encoder);
        encoder.label(new byte[] {'a'}, 0, 1);
        encoder.label(new byte[0], 0, 0);
        expect(EventValidator.check(view(encoder)), RefusalReason.INVALID_VALUE, "labels[1]");
        RandomEvents.smallest().encodeInto(encoder);
        encoder.label(new byte[] {-1}, 0, 1);
        expect(EventValidator.check(view(encoder)), RefusalReason.INVALID_TEXT, "labels[0]");
    }

    @Test
    void contract9_refusesAFieldThatIsTooLong() {
        // The encoder takes no such value, so zero bytes are put in behind the tenant's length.
        byte[] bytes = EventBytes.of(RandomEvents.smallest());
        int tenantAt = EventLayout.FIRST_LABEL_OFFSET;
        byte[] longer = new byte[bytes.length + 128];
        System.arraycopy(bytes, 0, longer, 0, tenantAt + 2);
        EventLayout.putShort(longer, tenantAt, 129);
        System.arraycopy(bytes, tenantAt + 2, longer, tenantAt + 130, bytes.length - tenantAt - 2);
        expect(EventValidator.check(EventBytes.view(longer)), RefusalReason.INVALID_VALUE, "tenant");
    }

    @Test
    void acceptsTheSmallestAndTheLargestEvent() {
        assertThat(EventValidator.check(EventBytes.view(RandomEvents.smallest())))
                .isNull();
        assertThat(EventValidator.check(EventBytes.view(FULL))).isNull();
    }

    private static EventView view(EventEncoder encoder) {
        return EventBytes.view(EventBytes.of(encoder));
    }

    private static Refusal changed(int offset, int value) {
        EventView event = EventBytes.view(FULL);
        event.bytes()[offset] = (byte) value;
        return EventValidator.check(event);
    }

    private static byte[] without(EventField field) {
        EventEncoder encoder = new EventEncoder();
        FULL.encodeInto(encoder);
        encoder.field(field, "".getBytes(StandardCharsets.UTF_8), 0, 0);
        return EventBytes.of(encoder);
    }

    private static void expect(Refusal refusal, RefusalReason reason, String field) {
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).as("%s", refusal).isEqualTo(reason);
        assertThat(refusal.field()).as("%s", refusal).isEqualTo(field);
    }
}
