package io.evident.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AuditEventTest {
    private final EventEncoder encoder = new EventEncoder();

    @Test
    void refusesToEncodeWhatWouldBecomeSomethingElse() {
        expect(base().stream("\ud83d").build(), RefusalReason.INVALID_TEXT, "stream");
        expect(base().labels("a", "\udc8d").build(), RefusalReason.INVALID_TEXT, "labels[1]");
        expect(base().category("").build(), RefusalReason.INVALID_VALUE, "category");
        expect(base().labels("").build(), RefusalReason.INVALID_VALUE, "labels[0]");
        expect(base().attributes("").build(), RefusalReason.INVALID_VALUE, "attributes");
        expect(base().id(new UUID(0, 0)).build(), RefusalReason.INVALID_ID, "id");
        expect(AuditEvent.builder("", "a", "x").resource("r", "i").build(), RefusalReason.INVALID_VALUE, "tenant");
    }

    @Test
    void refusesToEncodeWhatIsTooLong() {
        expect(base().stream("x".repeat(257)).build(), RefusalReason.INVALID_VALUE, "stream");
        expect(base().stream("\u00e9".repeat(129)).build(), RefusalReason.INVALID_VALUE, "stream");
        expect(base().labels("x".repeat(129)).build(), RefusalReason.INVALID_VALUE, "labels[0]");
        expect(base().labels("x ".repeat(65).split(" ")).build(), RefusalReason.INVALID_VALUE, "labels[64]");
        String attributes = RandomEvents.attributesOf(EventLimits.ATTRIBUTES_BYTES + 1);
        expect(base().attributes(attributes).build(), RefusalReason.EVENT_TOO_LARGE, "attributes");
    }

    @Test
    void saysHowLongItWillBeEncoded() {
        List<AuditEvent> events = List.of(
                RandomEvents.smallest(),
                RandomEvents.largest(),
                base().stream("\u00e9\ud83d\udc8d").labels("\u20ac", "b").build());
        for (AuditEvent event : events) {
            assertThat(event.encodeInto(encoder)).isNull();
            assertThat(event.encodedLength()).isEqualTo(encoder.encodedLength());
        }
    }

    @Test
    void asksForWhatIsRequired() {
        AuditEvent.Builder withoutResource = AuditEvent.builder("t", "a", "x");
        assertThatThrownBy(withoutResource::build)
                .isInstanceOf(NullPointerException.class)
                .hasMessage("resourceType");
        AuditEvent.Builder withoutTenant = AuditEvent.builder(null, "a", "x").resource("r", "i");
        assertThatThrownBy(withoutTenant::build)
                .isInstanceOf(NullPointerException.class)
                .hasMessage("tenant");
    }

    @Test
    void takesAnInstantAsTime() {
        assertThat(base().time(Instant.ofEpochSecond(1, 5)).build().timeNs()).isEqualTo(1_000_000_005L);
        AuditEvent.Builder builder = base();
        assertThatThrownBy(() -> builder.time(Instant.MAX)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void doesNotChangeWithTheListItWasMadeFrom() {
        List<String> labels = new ArrayList<>(List.of("a"));
        AuditEvent s = RandomEvents.smallest();
        AuditEvent event = new AuditEvent(
                null,
                null,
                s.tenant(),
                null,
                s.actorId(),
                null,
                null,
                s.action(),
                null,
                s.resourceType(),
                s.resourceId(),
                s.outcome(),
                s.severity(),
                labels,
                null);
        labels.add("b");
        assertThat(event.labels()).containsExactly("a");
    }

    @Test
    void getsAnIdWithoutOtherChange() {
        UUID id = new EventIds().next();
        AuditEvent event = RandomEvents.largest();
        assertThat(event.withId(id).id()).isEqualTo(id);
        assertThat(event.withId(id).withId(event.id())).isEqualTo(event);
    }

    private static AuditEvent.Builder base() {
        return AuditEvent.builder("t", "a", "x").resource("r", "i");
    }

    private void expect(AuditEvent event, RefusalReason reason, String field) {
        Refusal refusal = event.encodeInto(encoder);
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).as("%s", refusal).isEqualTo(reason);
        assertThat(refusal.field()).as("%s", refusal).isEqualTo(field);
        assertThat(event.encodedLength()).as("%s", refusal).isEqualTo(-1);
    }
}
