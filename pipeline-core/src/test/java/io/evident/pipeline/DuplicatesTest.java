package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import io.evident.event.Tier;
import io.evident.pipeline.fixture.Answer;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.MemoryJournal;
import io.evident.pipeline.fixture.Road;
import io.evident.pipeline.ledger.LaneCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class DuplicatesTest {
    private static AuditEvent.Builder full() {
        return Events.standard(1).stream("wedding-4711")
                .actorIp("203.0.113.9")
                .actorAgent("curl")
                .category("data-access")
                .labels("a", "b")
                .attributes("{\"k\":1}");
    }

    static Stream<Arguments> otherContents() {
        List<Arguments> others = new ArrayList<>();
        add(others, "time", event -> event.timeNs(1_700_000_000_000_000_001L));
        add(others, "stream", event -> event.stream("wedding-4712"));
        add(others, "stream absent", event -> event.stream(null));
        add(others, "actor.ip", event -> event.actorIp("203.0.113.10"));
        add(others, "actor.agent", event -> event.actorAgent("wget"));
        add(others, "category", event -> event.category("data-acces"));
        add(others, "category absent", event -> event.category(null));
        add(others, "resource.type", event -> event.resource("documents", "doc-9"));
        add(others, "resource.id", event -> event.resource("document", "doc-8"));
        add(others, "outcome", event -> event.outcome(Outcome.DENIED));
        add(others, "severity", event -> event.severity(Severity.P3_LOW));
        add(others, "label order", event -> event.labels("b", "a"));
        add(others, "label missing", event -> event.labels("a"));
        add(others, "label twice", event -> event.labels("a", "b", "b"));
        add(others, "attributes' whitespace", event -> event.attributes("{\"k\": 1}"));
        add(others, "attributes absent", event -> event.attributes(null));
        others.add(Arguments.of("actor.id", copy("acme", "user-18", "document.read")));
        others.add(Arguments.of("action", copy("acme", "user-17", "document.write")));
        return others.stream();
    }

    private static void add(List<Arguments> others, String name, Consumer<AuditEvent.Builder> change) {
        AuditEvent.Builder event = full();
        change.accept(event);
        others.add(Arguments.of(name, event.build()));
    }

    private static AuditEvent copy(String tenant, String actor, String action) {
        AuditEvent event = full().build();
        return AuditEvent.builder(tenant, actor, action).id(event.id()).timeNs(event.timeNs()).stream(event.stream())
                .actorIp(event.actorIp())
                .actorAgent(event.actorAgent())
                .category(event.category())
                .resource(event.resourceType(), event.resourceId())
                .outcome(event.outcome())
                .severity(event.severity())
                .labels("a", "b")
                .attributes(event.attributes())
                .build();
    }

    @ParameterizedTest(name = "other {0}")
    @MethodSource("otherContents")
    void otherContentUnderTheSameIdIsAConflictAtEveryStage(String what, AuditEvent other) {
        Road road = Road.open();
        int first = road.offer(full().build(), Tier.SYNCED);
        int inFlight = road.offer(other, Tier.SYNCED);
        road.settle();
        int stored = road.offer(other, Tier.ACCEPTED);
        Road next = road.restarted();
        int afterRestart = next.offer(other, Tier.JOURNALED);
        next.settle();

        assertThat(road.answer(first).isReceipt()).isTrue();
        for (Answer answer : List.of(road.answer(inFlight), road.answer(stored), next.answer(afterRestart))) {
            assertThat(answer.reason()).as(what).isEqualTo(RefusalReason.ID_CONFLICT);
            assertThat(answer.refusal().field()).isEqualTo("id");
            assertThat(answer.id()).isEqualTo(Events.id(1));
        }
        assertThat(next.journal().events()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Tier.class)
    void aDuplicateGetsTheFirstIdentityAndTheTierReachedByThen(Tier wanted) {
        Road road = Road.open();
        // So that forces are no longer due at once.
        road.offer(Events.standard(99).build(), Tier.SYNCED);
        road.work();
        AuditEvent event = Events.of(Lane.ELEVATED, 1).build();
        int first = road.offer(event, Tier.JOURNALED);
        road.work();
        int journaled = road.offer(event, wanted);
        road.settle();
        int synced = road.offer(event, wanted);
        Road next = road.restarted();
        int restarted = next.offer(event, wanted);

        Answer original = road.answer(first);
        assertThat(original.duplicate()).isFalse();
        assertThat(road.answer(journaled).tier()).isEqualTo(wanted == Tier.SYNCED ? Tier.SYNCED : Tier.JOURNALED);
        for (Answer answer : List.of(road.answer(journaled), road.answer(synced), next.answer(restarted))) {
            assertThat(answer.duplicate()).isTrue();
            assertThat(answer.sequence()).isEqualTo(original.sequence());
            assertThat(answer.incarnation()).isEqualTo(1);
            assertThat(answer.shard()).isEqualTo(original.shard());
            assertThat(answer.lane()).isEqualTo(Lane.ELEVATED);
            assertThat(answer.id()).isEqualTo(event.id());
        }
        assertThat(road.answer(synced).tier()).isEqualTo(Tier.SYNCED);
        assertThat(next.answer(restarted).tier()).isEqualTo(Tier.SYNCED);
        assertThat(next.pipeline.ledger().total(LaneCounters::duplicate)).isEqualTo(1);
    }

    static Stream<Arguments> tierPairs() {
        return Stream.of(Tier.values()).flatMap(a -> Stream.of(Tier.values()).map(b -> Arguments.of(a, b)));
    }

    @ParameterizedTest(name = "first {0}, duplicate {1}")
    @MethodSource("tierPairs")
    void contract1_aDuplicateInFlightIsAnsweredWhenItsOwnTierIsReached(Tier first, Tier second) {
        Road road = Road.open();
        road.offer(Events.standard(99).build(), Tier.SYNCED);
        road.work();
        AuditEvent event = Events.standard(1).build();
        int one = road.offer(event, first);
        int two = road.offer(event, second);
        if (second == Tier.ACCEPTED) {
            assertThat(road.answer(two).tier()).isEqualTo(Tier.ACCEPTED);
            assertThat(road.answer(two).sequence()).isEqualTo(-1);
        } else {
            assertThat(road.answer(two)).isNull();
            assertThat(road.pipeline.ledger().total(LaneCounters::inFlight)).isEqualTo(2);
        }
        road.work();
        assertThat(road.answer(two) == null).as("journaled, not forced").isEqualTo(second == Tier.SYNCED);
        road.settle();

        assertThat(road.answer(one).tier()).isEqualTo(first);
        assertThat(road.answer(one).duplicate()).isFalse();
        assertThat(road.answer(two).tier()).isEqualTo(second);
        assertThat(road.answer(two).duplicate()).isTrue();
        assertThat(road.sink.unflushed()).isEmpty();
        assertThat(road.journal().events()).hasSize(2);
        assertThat(road.pipeline.ledger().total(LaneCounters::duplicate)).isEqualTo(1);
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void whatTheServerFillsInNeverCounts() {
        Road road = Road.open();
        AuditEvent event = full().timeNs(0).build();
        AuditEvent withoutTime = new AuditEvent(
                Events.id(2),
                null,
                "acme",
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
        road.offer(event, Tier.SYNCED);
        road.offer(Events.view(withoutTime), Tier.SYNCED, 1_000);
        road.settle();
        int again = road.offer(Events.view(event), Tier.SYNCED, Road.RECEIVED_NS + 5);
        int againWithoutTime = road.offer(Events.view(withoutTime), Tier.SYNCED, 2_000);
        Road next = road.restarted();
        int restarted = next.offer(Events.view(withoutTime), Tier.SYNCED, 3_000);

        assertThat(road.answer(again).duplicate()).isTrue();
        assertThat(road.answer(againWithoutTime).duplicate()).isTrue();
        assertThat(next.answer(restarted).duplicate()).isTrue();
    }

    @Test
    void aTimeThatIsAbsentIsNotATimeThatHappensToBeTheReceiveTime() {
        Road road = Road.open();
        AuditEvent withoutTime = new AuditEvent(
                Events.id(2),
                null,
                "acme",
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
        AuditEvent withTime = new AuditEvent(
                Events.id(2),
                Road.RECEIVED_NS,
                "acme",
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
        road.offer(withoutTime, Tier.SYNCED);
        int zero = road.offer(Events.view(withTime), Tier.SYNCED);
        road.settle();
        int stored = road.offer(Events.view(withTime), Tier.SYNCED);

        assertThat(road.answer(zero).reason()).isEqualTo(RefusalReason.ID_CONFLICT);
        assertThat(road.answer(stored).reason()).isEqualTo(RefusalReason.ID_CONFLICT);
    }

    @Test
    void theSameIdInTwoTenantsIsTwoEvents() {
        Road road = Road.open();
        int acme = road.offer(full().build(), Tier.SYNCED);
        int globex = road.offer(copy("globex", "user-17", "document.read"), Tier.SYNCED);
        road.settle();

        assertThat(road.answer(acme).duplicate()).isFalse();
        assertThat(road.answer(globex).duplicate()).isFalse();
        assertThat(road.journal().events()).hasSize(2);
    }

    @Test
    void anEventRefusedForAFullLaneIsAcceptedWhenItIsSentAgain() {
        Road road = Road.open(Road.config(2, 2, 2));
        road.offer(Events.standard(1).build(), Tier.JOURNALED);
        road.offer(Events.standard(2).build(), Tier.JOURNALED);
        int refused = road.offer(Events.standard(3).build(), Tier.JOURNALED);
        int duplicateOfQueued = road.offer(Events.standard(1).build(), Tier.JOURNALED);
        road.settle();
        int again = road.offer(Events.standard(3).build(), Tier.JOURNALED);
        road.settle();

        assertThat(road.answer(refused).reason()).isEqualTo(RefusalReason.LANE_FULL);
        assertThat(road.answer(duplicateOfQueued).duplicate()).isTrue();
        assertThat(road.answer(again).isReceipt()).isTrue();
        assertThat(road.answer(again).duplicate()).isFalse();
        assertThat(road.journal().events()).hasSize(3);
    }

    @Test
    void aDamagedBlockIsPassedOverAtTheStart() {
        Road road = Road.open();
        for (int i = 0; i < 3; i++) {
            road.offer(Events.standard(i).build(), Tier.SYNCED);
            road.settle();
        }
        MemoryJournal journal = road.journal().reopened();
        journal.failRead(1);
        Road next = Road.over(Road.config(), List.of(journal));
        List<Integer> again = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            again.add(next.offer(Events.standard(i).build(), Tier.SYNCED));
        }
        next.settle();

        assertThat(again).extracting(index -> next.answer(index).duplicate()).containsExactly(true, false, true);
        assertThat(next.answer(again.get(1)).sequence()).isEqualTo(3);
    }

    @Test
    void aRestartRemembersTheLastIdsOfEveryShard() {
        Road road = Road.open(Road.config(64, 64, 1024), 3);
        for (int i = 0; i < 900; i++) {
            road.offer(Events.standard(i).build(), Tier.SYNCED);
            if (i % 100 == 99) {
                road.settle();
            }
        }
        road.settle();
        Road next = road.restarted().restarted();
        for (int i = 0; i < 900; i++) {
            int again = next.offer(Events.standard(i).build(), Tier.SYNCED);
            assertThat(next.answer(again).duplicate()).isTrue();
            assertThat(next.answer(again).incarnation()).isEqualTo(1);
            assertThat(next.answer(again).shard()).isEqualTo(road.answer(i).shard());
            assertThat(next.answer(again).sequence()).isEqualTo(road.answer(i).sequence());
        }
        int fresh = next.offer(Events.standard(5_000).build(), Tier.SYNCED);
        next.settle();
        assertThat(next.answer(fresh).incarnation()).isEqualTo(3);
    }
}
