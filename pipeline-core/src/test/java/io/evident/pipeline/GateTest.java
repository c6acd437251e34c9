package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.AuditEvent;
import io.evident.event.EventField;
import io.evident.event.EventLayout;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import io.evident.event.Tier;
import io.evident.pipeline.admission.Intake;
import io.evident.pipeline.admission.Principal;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.fixture.Answer;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.Road;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.ledger.TenantCounters;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GateTest {
    private static AuditEvent event(UUID id, Long timeNs, String tenant) {
        return new AuditEvent(
                id,
                timeNs,
                tenant,
                null,
                "u",
                null,
                null,
                "a",
                null,
                "t",
                "r",
                Outcome.SUCCESS,
                Severity.P4_INFO,
                List.of(),
                null);
    }

    private static EventView stored(Road road) throws IOException {
        BlockReader reader = new BlockReader();
        road.journal().read(road.journal().block(0), reader);
        assertThat(reader.next()).isTrue();
        return reader.event();
    }

    @Test
    void anEventWithoutIdAndTimeGetsBothAndTheSendersAddress() throws IOException {
        Road road = Road.open();
        int index = road.offer(event(null, null, "acme"), Tier.SYNCED);
        road.settle();

        EventView view = stored(road);
        assertThat(road.answer(index).id().version()).isEqualTo(7);
        assertThat(road.answer(index).id().variant()).isEqualTo(2);
        assertThat(view.id()).isEqualTo(road.answer(index).id());
        assertThat(view.timeNs()).isEqualTo(Road.RECEIVED_NS);
        assertThat(view.timeAbsent()).isTrue();
        assertThat(view.receivedTimeNs()).isEqualTo(Road.RECEIVED_NS);
        assertThat(view.text(EventField.RECEIVED_FROM)).isEqualTo("192.0.2.7:4711");
        assertThat(road.journal().block(0).minTimeNs()).isEqualTo(Road.RECEIVED_NS);
    }

    @Test
    void aWayInSaysOnceWhichShardsItsEventsWentTo() {
        Road road = Road.open(Road.config(), 4);
        Intake intake = new Intake(Principal.anonymous(), "192.0.2.7:4711", true);
        long shards = 0;
        for (int i = 0; i < 3; i++) {
            EventView view = Events.view(event(Events.id(i), 1L, "acme"));
            var sink = new io.evident.pipeline.fixture.RecordingSink();
            road.pipeline.intake().offer(intake, view, Tier.ACCEPTED, 0, Road.RECEIVED_NS, sink, 0);
            shards |= 1L << sink.answer(0).shard();
        }
        assertThat(intake.takePublished()).isEqualTo(shards);
        assertThat(intake.takePublished()).isZero();

        EventView again = Events.view(event(Events.id(0), 1L, "acme"));
        var sink = new io.evident.pipeline.fixture.RecordingSink();
        road.pipeline.intake().offer(intake, again, Tier.ACCEPTED, 0, Road.RECEIVED_NS, sink, 0);
        assertThat(intake.takePublished()).as("a duplicate goes nowhere").isZero();
    }

    @Test
    void whatTheSenderGaveStaysAsItIs() throws IOException {
        Road road = Road.open();
        AuditEvent event = event(Events.id(1), -5L, "acme");
        road.offer(event, Tier.SYNCED);
        road.settle();

        assertThat(AuditEvent.of(stored(road))).isEqualTo(event);
        assertThat(stored(road).timeAbsent()).isFalse();
        assertThat(stored(road).receivedTimeNs()).isEqualTo(Road.RECEIVED_NS);
    }

    @Test
    void anAbsentTimeCountsAsTheReceiveTimeForPriority() {
        // A Saturday rule would see it; here the lane shows it by an occasion of the receive time.
        var policy = io.evident.pipeline.fixture.Policies.wedding(
                List.of(new io.evident.pipeline.priority.Occasion("s", Road.RECEIVED_NS, Road.RECEIVED_NS + 1)),
                java.time.ZoneOffset.UTC);
        EventView view = Events.view(new AuditEvent(
                null,
                null,
                "acme",
                "s",
                "u",
                null,
                null,
                "a",
                null,
                "t",
                "r",
                Outcome.SUCCESS,
                Severity.P4_INFO,
                List.of(),
                null));
        var stamp = new io.evident.pipeline.lane.Stamp();
        stamp.set(1, 2, Road.RECEIVED_NS, 0, new byte[0]);

        assertThat(policy.laneOf(policy.score(view, stamp.eventTimeNs(view)))).isEqualTo(Lane.CRITICAL);
    }

    @Test
    void contract9_whatIsInvalidIsRefusedNamedAndCounted() {
        Road road = Road.open();
        int noTenant = road.offer(Events.withoutTenant(1), Tier.SYNCED);
        byte[] stampedBytes =
                Events.view(event(Events.id(2), 1L, "acme")).bytes().clone();
        stampedBytes[EventLayout.RECEIVED_TIME_OFFSET] = 1;
        int serverField = road.offer(Events.wrap(stampedBytes), Tier.ACCEPTED);
        int attributes = road.offer(Events.standard(3).attributes("[1]").build(), Tier.SYNCED);

        assertThat(road.answer(noTenant).reason()).isEqualTo(RefusalReason.MISSING_FIELD);
        assertThat(road.answer(noTenant).refusal().field()).isEqualTo("tenant");
        assertThat(road.answer(serverField).reason()).isEqualTo(RefusalReason.SERVER_FIELD);
        assertThat(road.answer(serverField).id()).isEqualTo(Events.id(2));
        assertThat(road.answer(attributes).refusal().field()).startsWith("attributes");
        assertThat(road.pipeline.ledger().unknown().lane(null).refused(RefusalReason.MISSING_FIELD))
                .isEqualTo(1);
        assertThat(tenant(road, "acme").lane(null).refused()).isEqualTo(2);
        assertThat(road.imbalances()).isEmpty();
        assertThat(road.sink.unflushed()).isEmpty();
    }

    private static TenantCounters tenant(Road road, String name) {
        return road.pipeline.ledger().all().stream()
                .filter(t -> t.tenant().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTenantThatTheCallerMayNotUseIsForbidden() {
        Road road = Road.open();
        int system = road.offer(event(Events.id(1), 1L, "_system"), Tier.SYNCED);
        Intake only = new Intake(
                new Principal("svc", TenantScope.only("acme", "globex"), TenantScope.only("acme"), false), "x", false);
        List<String> tenants = List.of("acme", "globex", "acm", "acmee", "_system");
        for (int i = 0; i < tenants.size(); i++) {
            EventView view = Events.view(event(Events.id(10 + i), 1L, tenants.get(i)));
            road.pipeline.intake().offer(only, view, Tier.SYNCED, 0, Road.RECEIVED_NS, road.sink, 100 + i);
        }
        road.settle();

        assertThat(road.answer(system).reason()).isEqualTo(RefusalReason.FORBIDDEN);
        assertThat(road.answer(system).refusal().field()).isEqualTo("tenant");
        assertThat(List.of(100, 101, 102, 103, 104))
                .extracting(i -> road.answer(i).isReceipt())
                .containsExactly(true, true, false, false, false);
        assertThat(road.answer(102).reason()).isEqualTo(RefusalReason.FORBIDDEN);
        assertThat(road.journal().events()).hasSize(2);
        assertThat(road.pipeline.ledger().all())
                .extracting(TenantCounters::tenant)
                .as("tenants of others use up no place in the ledger")
                .doesNotContain("_system", "acm", "acmee");
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void aClosedGateTakesNothingMoreAndFinishesWhatItTook() {
        Road road = Road.open();
        int before = road.offer(Events.standard(1).build(), Tier.SYNCED);
        road.pipeline.stopIntake();
        int after = road.offer(Events.standard(2).build(), Tier.SYNCED);
        road.settle();

        assertThat(road.pipeline.intake().isOpen()).isFalse();
        assertThat(road.answer(after).reason()).isEqualTo(RefusalReason.UNAVAILABLE);
        assertThat(road.answer(before).tier()).isEqualTo(Tier.SYNCED);
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void contract7_aFullLaneIsATypedRefusalOfThatLaneOnly() {
        Road road = Road.open(Road.config(2, 2, 2));
        for (Lane lane : Lane.values()) {
            int index = 0;
            for (int i = 0; i < 3; i++) {
                index = road.offer(Events.of(lane, lane.ordinal() * 10L + i).build(), Tier.ACCEPTED);
            }
            assertThat(road.answer(index).reason()).isEqualTo(RefusalReason.LANE_FULL);
            assertThat(road.answer(index).refusal().detail()).contains(lane.text());
        }
        assertThat(road.pipeline.ledger().total(LaneCounters::inFlight)).isEqualTo(6);
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void whatCouldNotEvenBeReadIsCountedAsUnknown() {
        Road road = Road.open();
        road.pipeline.intake().refuse(Refusal.of(RefusalReason.MALFORMED, "no JSON"), road.sink, 7);

        Answer answer = road.answer(7);
        assertThat(answer.reason()).isEqualTo(RefusalReason.MALFORMED);
        assertThat(answer.id()).isEqualTo(new UUID(0, 0));
        assertThat(road.pipeline.ledger().unknown().lane(null).received()).isEqualTo(1);
    }

    @Test
    void anAddressThatIsTooLongIsRefusedWhenTheWayInIsOpened() {
        new Intake(Principal.anonymous(), "x".repeat(256), false);
        assertThatThrownBy(() -> new Intake(Principal.anonymous(), "x".repeat(257), false))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
