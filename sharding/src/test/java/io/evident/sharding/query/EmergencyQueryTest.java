package io.evident.sharding.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.EventQuery.Order;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.sharding.MemoryEmergency;
import io.evident.sharding.MemoryShard;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.SlotHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a query sees of events that are in an emergency journal, or on their way from there into the shard's own. */
class EmergencyQueryTest {
    private static final TenantScope EVERYONE = TenantScope.allButSystem();

    private final List<MemoryShard> shards = List.of(new MemoryShard(0), new MemoryShard(1));
    private final List<MemoryEmergency> emergencies =
            shards.stream().map(MemoryEmergency::new).toList();
    private final MemoryShard shard = shards.get(0);
    private final MemoryEmergency emergency = emergencies.get(0);
    private final FanOutQueryEngine engine = engine(QueryLimits.DEFAULT);
    private long lastId;

    private FanOutQueryEngine engine(QueryLimits limits) {
        return Ask.engine(
                List.copyOf(shards), List.copyOf(emergencies), ShardHistory.first(2), CursorKey.random(), limits);
    }

    /** An event with an id of its own. */
    private AuditEvent event(String tenant, String stream, long timeNs) {
        return AuditEvent.builder(tenant, "user-1", "document.read").id(new UUID(9, ++lastId)).timeNs(timeNs).stream(
                        stream)
                .resource("document", "doc-1")
                .build();
    }

    private AuditEvent event(long timeNs) {
        return event("acme", null, timeNs);
    }

    private List<StoredEvent> all(Order order) throws IOException {
        return page(order, 100, null).events();
    }

    private QueryAnswer.Page page(Order order, int limit, String cursor) throws IOException {
        return page(Ask.query(EventFilter.all(EVERYONE), null, null, order, limit, cursor));
    }

    private QueryAnswer.Page page(EventQuery query) throws IOException {
        return (QueryAnswer.Page) engine.query(query);
    }

    private static List<String> identities(List<StoredEvent> events) {
        return events.stream().map(Oracle::identity).toList();
    }

    private static List<UUID> ids(List<StoredEvent> events) {
        return events.stream().map(each -> AuditEvent.of(each.event()).id()).toList();
    }

    private static EventFilter of(TenantScope scope, String tenant, String stream) {
        return Ask.filter(scope, tenant, stream, null, null, null, null, null, null);
    }

    @Test
    void contract8_findsAnEventThatIsOnlyInTheEmergencyJournal() throws IOException {
        AuditEvent event = event(5);
        emergency.append(event(4), event);

        StoredEvent asked = all(Order.DESC).get(0);
        List<StoredEvent> lookedUp = engine.find(event.id(), EVERYONE);

        assertThat(lookedUp).hasSize(1);
        for (StoredEvent found : List.of(asked, lookedUp.get(0))) {
            assertThat(AuditEvent.of(found.event())).isEqualTo(event);
            assertThat(found.sequence()).isEqualTo(Receipt.atEmergencyPosition(2));
            assertThat(found.shard()).isZero();
            assertThat(found.incarnation()).isEqualTo(1);
            assertThat(found.lane()).isEqualTo(Lane.CRITICAL);
        }
    }

    @Test
    void seesAnEventOnceWhetherItIsFoldedAndWhetherItIsKeptStill() throws IOException {
        AuditEvent event = event(5);
        shard.append(Lane.STANDARD, event(1));
        emergency.append(event);
        assertSeenOnce(event, Receipt.atEmergencyPosition(1));

        emergency.nextIncarnation();
        emergency.fold();
        assertSeenOnce(event, 1);
        assertThat(engine.find(event.id(), EVERYONE).get(0).incarnation()).isEqualTo(2);

        emergency.discardFolded();
        assertSeenOnce(event, 1);
    }

    private void assertSeenOnce(AuditEvent event, long sequence) throws IOException {
        for (Order order : Order.values()) {
            assertThat(all(order))
                    .filteredOn(found -> event.equals(AuditEvent.of(found.event())))
                    .extracting(StoredEvent::sequence)
                    .containsExactly(sequence);
        }
        assertThat(engine.find(event.id(), EVERYONE))
                .extracting(StoredEvent::sequence)
                .containsExactly(sequence);
    }

    @Test
    void seesWhatIsFoldedBlockByBlock() throws IOException {
        emergency.append(event(1), event(2));
        emergency.append(event(3));
        emergency.append(event(4), event(5));
        emergency.foldNext();
        assertThat(identities(all(Order.ASC))).containsExactly("0/1/0", "0/1/1", "0/1/-4", "0/1/-5", "0/1/-6");

        emergency.foldNext();
        emergency.discardFolded();
        shard.append(Lane.STANDARD, event(6));
        assertThat(identities(all(Order.ASC))).containsExactly("0/1/0", "0/1/1", "0/1/2", "0/1/-5", "0/1/-6", "0/1/3");
    }

    /** When a shard is folded in the middle of a query. */
    enum Moment {
        BETWEEN_THE_LOOKS,
        BEHIND_BOTH_LOOKS,
        BEFORE_THE_READ
    }

    /** Folds and forces everything at that moment of the next query. */
    private void foldAt(Moment moment, boolean discard) {
        Runnable fold = () -> {
            emergency.fold();
            if (discard) {
                emergency.discardFolded();
            }
        };
        switch (moment) {
            case BETWEEN_THE_LOOKS -> emergency.afterNextLook(fold);
            case BEHIND_BOTH_LOOKS -> shard.afterNextLook(fold);
            case BEFORE_THE_READ -> emergency.beforeNextRead(fold);
        }
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void contract8_seesAnEventOnceThatIsFoldedWhileTheQueryRuns(Moment moment) throws IOException {
        AuditEvent first = event(1);
        AuditEvent second = event(2);
        emergency.append(first);
        emergency.append(second);
        foldAt(moment, false);

        assertThat(ids(all(Order.ASC))).containsExactly(first.id(), second.id());
        assertThat(ids(all(Order.DESC))).containsExactly(second.id(), first.id());
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void contract8_seesAnEventOnceThatIsFoldedAndDiscardedWhileTheQueryRuns(Moment moment) throws IOException {
        AuditEvent first = event(1);
        AuditEvent second = event(2);
        emergency.append(first);
        emergency.append(second);
        foldAt(moment, true);

        assertThat(ids(all(Order.ASC))).containsExactly(first.id(), second.id());
        assertThat(ids(all(Order.DESC))).containsExactly(second.id(), first.id());
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void contract8_findsAnEventByItsIdOnceThatIsFoldedAndDiscardedWhileItIsLookedFor(Moment moment) throws IOException {
        AuditEvent event = event(1);
        emergency.append(event);
        foldAt(moment, true);

        assertThat(ids(engine.find(event.id(), EVERYONE))).containsExactly(event.id());
    }

    @Test
    void failsWhenAnEventThatIsNotFoldedCannotBeRead() {
        emergency.append(event(1), event(2));
        emergency.damage();

        assertThatIOException()
                .isThrownBy(() -> all(Order.DESC))
                .withMessageContaining("shard 0, emergency journal")
                .withMessageContaining("1 to 2")
                .withMessageContaining("the checksum is wrong");
        assertThatIOException().isThrownBy(() -> engine.find(new UUID(1, 1), EVERYONE));
    }

    @Test
    void readsNoEmergencyBlockThatCannotHoldTheAnswer() throws IOException {
        emergency.append(event(10), event(20));
        emergency.damage();

        assertThat(page(Ask.query(EventFilter.all(EVERYONE), 21L, 30L, Order.DESC, 10, null))
                        .events())
                .isEmpty();
        assertThat(page(Ask.query(EventFilter.all(EVERYONE), 1L, 10L, Order.DESC, 10, null))
                        .events())
                .isEmpty();
    }

    @Test
    void ordersByTimeWhateverJournalAnEventIsIn() throws IOException {
        shard.append(Lane.STANDARD, event(3), event(1));
        emergency.append(event(2), event(5));
        shards.get(1).append(Lane.STANDARD, event(4));
        emergencies.get(1).append(event(0));

        assertThat(all(Order.ASC)).extracting(each -> each.event().timeNs()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(all(Order.DESC)).extracting(each -> each.event().timeNs()).containsExactly(5L, 4L, 3L, 2L, 1L, 0L);
        List<StoredEvent> some = page(Ask.query(EventFilter.all(EVERYONE), 2L, 5L, Order.ASC, 10, null))
                .events();
        assertThat(some).extracting(each -> each.event().timeNs()).containsExactly(2L, 3L, 4L);
    }

    @ParameterizedTest
    @EnumSource(Order.class)
    void walksOverEventsOfOneTimeAndOfBothJournalsOneByOne(Order order) throws IOException {
        shard.append(Lane.STANDARD, event(7), event(7));
        emergency.append(event(7), event(7));
        emergency.append(event(7));
        emergencies.get(1).append(event(7));
        shards.get(1).append(Lane.STANDARD, event(7));
        List<String> whole = identities(all(order));
        List<String> walked = new ArrayList<>();
        String cursor = null;
        do {
            QueryAnswer.Page page = page(order, 1, cursor);
            walked.addAll(identities(page.events()));
            cursor = page.cursor();
        } while (cursor != null);

        assertThat(walked).isEqualTo(whole).hasSize(7).doesNotHaveDuplicates();
    }

    /**
     * Time and shard of an event never change, so among events of different times only the one at which a page ended moves:
     * by its sequence it stands behind its former position.
     */
    @ParameterizedTest
    @EnumSource(Order.class)
    void losesNothingBetweenPagesAndDoublesAtMostTheEventOfTheCursorWhenThatIsFolded(Order order) throws IOException {
        List<UUID> expected = new ArrayList<>();
        for (int time = 0; time < 6; time++) {
            AuditEvent event = event(time);
            expected.add(order == Order.ASC ? expected.size() : 0, event.id());
            emergency.append(event);
        }
        QueryAnswer.Page first = page(order, 3, null);
        emergency.nextIncarnation();
        emergency.fold();
        emergency.discardFolded();
        QueryAnswer.Page second = page(order, 10, first.cursor());

        assertThat(second.cursor()).isNull();
        assertThat(ids(first.events())).isEqualTo(expected.subList(0, 3));
        assertThat(ids(second.events())).isEqualTo(expected.subList(order == Order.ASC ? 2 : 3, 6));
    }

    @Test
    void keepsItsPlaceBetweenPagesWhenOtherEventsThanThatOfTheCursorAreFolded() throws IOException {
        List<AuditEvent> events = new ArrayList<>();
        for (int time = 0; time < 6; time++) {
            events.add(event(time));
        }
        emergency.append(events.get(0), events.get(1), events.get(3));
        shard.append(Lane.STANDARD, events.get(2));
        emergency.append(events.get(4), events.get(5));
        QueryAnswer.Page first = page(Order.ASC, 3, null);
        emergency.foldNext();
        emergency.discardFolded();
        QueryAnswer.Page second = page(Order.ASC, 3, first.cursor());

        List<UUID> walked = new ArrayList<>(ids(first.events()));
        walked.addAll(ids(second.events()));
        assertThat(walked).isEqualTo(events.stream().map(AuditEvent::id).toList());
    }

    @Test
    void givesUpAQueryUnderWhichBlocksAreFoldedAndWrittenOverAgainAndAgain() {
        foldUnderEveryRead();

        assertThatIOException().isThrownBy(() -> all(Order.ASC)).withMessageContaining("folded in meanwhile");
    }

    private void foldUnderEveryRead() {
        emergency.append(event(1));
        emergency.beforeNextRead(() -> {
            emergency.fold();
            emergency.discardFolded();
            foldUnderEveryRead();
        });
    }

    @Test
    void contract8_keepsTenantsApartInTheEmergencyJournal() throws IOException {
        AuditEvent ours = event("acme", null, 1);
        AuditEvent theirs = event("globex", null, 2);
        AuditEvent own = event("_system", null, 3);
        emergency.append(ours, theirs, own);

        for (AuditEvent each : List.of(ours, theirs, own)) {
            TenantScope scope = TenantScope.only(each.tenant());
            EventQuery query = Ask.query(EventFilter.all(scope), null, null, Order.DESC, 10, null);
            assertThat(ids(page(query).events())).containsExactly(each.id());
            assertThat(ids(engine.find(each.id(), scope))).containsExactly(each.id());
        }
        assertThat(engine.find(theirs.id(), TenantScope.only("acme"))).isEmpty();
        assertThat(engine.find(own.id(), EVERYONE)).isEmpty();
        assertThat(ids(all(Order.ASC))).containsExactly(ours.id(), theirs.id());
        EventQuery another = Ask.query(of(TenantScope.only("acme"), "globex", null), null, null, Order.DESC, 10, null);
        assertThat(page(another).events()).isEmpty();
    }

    @Test
    void contract8_findsTheOneIdOfEachTenantInWhicheverJournalItIs() throws IOException {
        AuditEvent ours = event("acme", null, 1);
        AuditEvent theirs = event("globex", null, 2).withId(ours.id());
        shard.append(Lane.STANDARD, ours);
        emergency.append(theirs);

        assertThat(identities(engine.find(ours.id(), EVERYONE))).containsExactlyInAnyOrder("0/1/0", "0/1/-2");
        assertThat(identities(engine.find(ours.id(), TenantScope.only("acme")))).containsExactly("0/1/0");
        assertThat(identities(engine.find(ours.id(), TenantScope.only("globex"))))
                .containsExactly("0/1/-2");
    }

    @Test
    void findsTheEventsOfAStreamInTheEmergencyJournalOfItsShardOnly() throws IOException {
        byte[] acme = "acme".getBytes(StandardCharsets.UTF_8);
        byte[] wedding = "wedding-1".getBytes(StandardCharsets.UTF_8);
        int home = ShardHistory.first(2).current().shardOf(SlotHash.slotOfStream(acme, wedding));
        AuditEvent event = event("acme", "wedding-1", 1);
        emergencies.get(home).append(event, event("acme", "wedding-2", 2));
        emergencies.get(1 - home).append(event(3));
        emergencies.get(1 - home).damage();

        EventQuery query = Ask.query(of(EVERYONE, "acme", "wedding-1"), null, null, Order.DESC, 10, null);
        assertThat(ids(page(query).events())).containsExactly(event.id());
    }

    @Test
    void countsWhatItReadsOfTheEmergencyJournal() throws IOException {
        BlockInfo block = emergency.append(event(1), event(2));
        EventQuery query = Ask.query(EventFilter.all(EVERYONE), null, null, Order.DESC, 10, null);

        assertThat(engine(Ask.limits(block.lengthBytes() - 1, 1 << 20)).query(query))
                .isInstanceOf(QueryAnswer.Refused.class);
        assertThat(engine(Ask.limits(block.lengthBytes(), 1 << 20)).query(query))
                .isInstanceOf(QueryAnswer.Page.class);
    }

    @Test
    void refusesEmergencyJournalsInTheWrongOrder() {
        List<MemoryEmergency> swapped = List.of(emergencies.get(1), emergencies.get(0));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ask.engine(
                        List.copyOf(shards),
                        List.copyOf(swapped),
                        ShardHistory.first(2),
                        CursorKey.random(),
                        QueryLimits.DEFAULT));
    }
}
