package io.evident.server.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.control.RetentionAnswer;
import io.evident.pipeline.control.RetentionOverview;
import io.evident.pipeline.control.ShardControl.Caller;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryQuery;
import io.evident.pipeline.retention.RetentionHold;
import io.evident.pipeline.retention.RetentionRule;
import io.evident.server.retention.state.RetentionState;
import io.evident.server.retention.state.RetentionStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionDeskTest {
    private static final Caller KIM = new Caller("kim", "192.0.2.7");
    private static final RetentionRule DAY = new RetentionRule(86_400, 0);

    /** Nobody has any events. */
    private static final EventQueries NO_EVENTS = new EventQueries() {
        @Override
        public QueryAnswer query(EventQuery query) {
            return new QueryAnswer.Page(List.of(), null, false);
        }

        @Override
        public String cursorBehind(EventQuery query, UUID id) {
            return null;
        }

        @Override
        public SummaryAnswer summarize(SummaryQuery query) {
            throw new UnsupportedOperationException("nobody counts");
        }

        @Override
        public List<StoredEvent> find(UUID id, TenantScope scope) {
            return List.of();
        }
    };

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    /** Nobody has any events, which it takes a step to find out. */
    private record Asking(Step step) implements EventQueries {
        @Override
        public QueryAnswer query(EventQuery query) throws IOException {
            try {
                step.run();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return NO_EVENTS.query(query);
        }

        @Override
        public String cursorBehind(EventQuery query, UUID id) throws IOException {
            return NO_EVENTS.cursorBehind(query, id);
        }

        @Override
        public SummaryAnswer summarize(SummaryQuery query) throws IOException {
            return NO_EVENTS.summarize(query);
        }

        @Override
        public List<StoredEvent> find(UUID id, TenantScope scope) throws IOException {
            return NO_EVENTS.find(id, scope);
        }
    }

    @TempDir
    private Path data;

    private final RecordedEvents events = new RecordedEvents();
    private final AtomicInteger woken = new AtomicInteger();
    private RetentionStore store;
    private RetentionDesk desk;
    private volatile Step step = () -> {};

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(data.resolve("shard-00"));
        store = RetentionStore.open(data);
        desk = new RetentionDesk(
                store,
                new RetentionAudit(events.own()),
                new RetentionFigures(System::nanoTime),
                new Asking(() -> step.run()),
                () -> 17,
                woken::incrementAndGet);
    }

    @AfterEach
    void end() {
        assertThat(desk.end(10_000)).isTrue();
    }

    private static RetentionAnswer answer(Consumer<Consumer<RetentionAnswer>> wish) throws Exception {
        CompletableFuture<RetentionAnswer> answer = new CompletableFuture<>();
        wish.accept(answer::complete);
        return answer.get(30, TimeUnit.SECONDS);
    }

    private static RetentionOverview.Tenant done(Consumer<Consumer<RetentionAnswer>> wish) throws Exception {
        return ((RetentionAnswer.Done) answer(wish)).tenant();
    }

    private static Refusal refusal(Consumer<Consumer<RetentionAnswer>> wish) throws Exception {
        return ((RetentionAnswer.Refused) answer(wish)).refusal();
    }

    private RetentionOverview shown() throws Exception {
        return ((RetentionAnswer.Shown) answer(desk::show)).overview();
    }

    @Test
    void keepsAndRecordsWhatIsSetAndTakenAway() throws Exception {
        assertThat(done(a -> desk.setRule("acme", DAY, KIM, a)).rule()).isEqualTo(DAY);
        assertThat(done(a -> desk.setRule("*", new RetentionRule(0, 9), KIM, a))
                        .rule()
                        .keepBytes())
                .isEqualTo(9);
        assertThat(RetentionStore.open(data).state()).isEqualTo(store.state());
        assertThat(woken).hasPositiveValue();
        RetentionOverview.Tenant unset = done(a -> desk.removeRule("acme", KIM, a));
        assertThat(unset.rule()).isNull();
        assertThat(unset.effective().keepBytes()).isEqualTo(9);
        assertThat(events.actions())
                .containsExactly("retention.rule-changed", "retention.rule-changed", "retention.rule-changed");
        AuditEvent first = events.stored().get(0);
        assertThat(first.actorId()).isEqualTo("kim");
        assertThat(first.actorIp()).isEqualTo("192.0.2.7");
        assertThat(first.resourceId()).isEqualTo("acme");
        assertThat(first.attributes())
                .isEqualTo("{\"tenant\":\"acme\",\"before\":\"no rule of its own\",\"after\":\"keepFor 1d\"}");
        assertThat(shown().tenants())
                .extracting(RetentionOverview.Tenant::tenant)
                .containsExactly("*");
    }

    @Test
    void theSameRuleAgainIsNoChange() throws Exception {
        done(a -> desk.setRule("acme", DAY, KIM, a));
        long version = store.state().version();
        done(a -> desk.setRule("acme", DAY, KIM, a));
        assertThat(store.state().version()).isEqualTo(version);
        assertThat(events.stored()).hasSize(1);
    }

    @Test
    void holdsAndReleases() throws Exception {
        assertThat(done(a -> desk.hold("acme", "case 17", KIM, a)).hold().reason())
                .isEqualTo("case 17");
        assertThat(done(a -> desk.hold("acme", "case 18, too", KIM, a)).hold().sinceNs())
                .isEqualTo(17);
        RetentionOverview.Tenant held = shown().tenants().get(0);
        assertThat(held.hold().reason()).isEqualTo("case 18, too");
        assertThat(held.hold().by()).isEqualTo("kim");
        assertThat(held.oldestKeptNs()).isNull();
        assertThat(done(a -> desk.release("acme", KIM, a)).hold()).isNull();
        assertThat(events.actions()).containsExactly("retention.held", "retention.held", "retention.released");
    }

    @Test
    void refusesWhatMakesNoSense() throws Exception {
        assertThat(refusal(a -> desk.hold("*", "all", KIM, a)).reason()).isEqualTo(RefusalReason.INVALID_VALUE);
        assertThat(refusal(a -> desk.release("acme", KIM, a)).reason()).isEqualTo(RefusalReason.NOT_FOUND);
        assertThat(refusal(a -> desk.removeRule("acme", KIM, a)).reason()).isEqualTo(RefusalReason.NOT_FOUND);
        assertThat(events.stored()).isEmpty();
        assertThat(store.state()).isEqualTo(RetentionState.NONE);
    }

    @Test
    void refusesMoreTenantsThanTheHorizonHasRoomFor() throws Exception {
        RetentionState full = store.state();
        for (int i = 0; i < RetentionDesk.MOST_TENANTS; i++) {
            full = full.withRule("tenant-" + i, DAY);
        }
        RetentionState state = full;
        store.change(before -> state);
        assertThat(refusal(a -> desk.setRule("acme", DAY, KIM, a)).reason()).isEqualTo(RefusalReason.CONFLICT);
        assertThat(done(a -> desk.hold("acme", "x", KIM, a)).hold())
                .as("rules take no room from holds")
                .isNotNull();
        assertThat(done(a -> desk.hold("tenant-3", "x", KIM, a)).hold()).isNotNull();
        assertThat(done(a -> desk.setRule("*", DAY, KIM, a)).rule()).isEqualTo(DAY);
    }

    @Test
    void tenantsThatHadAHoldTakeNoRoomUntilTheirHorizonsAreTooMany() throws Exception {
        RetentionState full = store.state().withRule("*", DAY);
        RetentionHold hold = new RetentionHold("x", 0, "kim");
        for (int i = 0; i < RetentionDesk.MOST_TENANTS; i++) {
            full = full.withHold("tenant-" + i, hold);
        }
        RetentionState held = full.raised(Map.of("*", new long[] {9}));
        store.change(before -> held);
        assertThat(refusal(a -> desk.hold("acme", "x", KIM, a)).reason()).isEqualTo(RefusalReason.CONFLICT);
        done(a -> desk.release("tenant-7", KIM, a));
        assertThat(store.state().cuts().tenants()).contains("tenant-7");
        assertThat(done(a -> desk.hold("acme", "x", KIM, a)).hold()).isNotNull();
        assertThat(done(a -> desk.setRule("globex", DAY, KIM, a)).rule()).isNotNull();
    }

    @Test
    void showsAndRefusalsDoNotWakeTheLook() throws Exception {
        shown();
        refusal(a -> desk.release("acme", KIM, a));
        refusal(a -> desk.removeRule("acme", KIM, a));
        assertThat(woken).hasValue(0);
        done(a -> desk.hold("acme", "x", KIM, a));
        assertThat(woken).hasValue(1);
    }

    @Test
    void aHoldDoesNotWaitForQueriesOfThoseWhoLook() throws Exception {
        done(a -> desk.setRule("acme", DAY, KIM, a));
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        step = () -> {
            asked.countDown();
            go.await();
        };
        CompletableFuture<RetentionAnswer> shown = new CompletableFuture<>();
        desk.show(shown::complete);
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(done(a -> desk.hold("acme", "urgent", KIM, a)).hold()).isNotNull();
        assertThat(shown).isNotDone();
        go.countDown();
        assertThat(shown.get(30, TimeUnit.SECONDS)).isInstanceOf(RetentionAnswer.Shown.class);
    }

    @Test
    void showsRulesAndHoldsAlsoWhenTheOldestEventCannotBeRead() throws Exception {
        done(a -> desk.setRule("acme", DAY, KIM, a));
        step = () -> {
            throw new IOException("the checksum is wrong");
        };
        assertThat(shown().tenants().get(0).rule()).isEqualTo(DAY);
        assertThat(shown().tenants().get(0).oldestKeptNs()).isNull();
    }

    @Test
    void whatIsDoneIsAnsweredSoThoughItCannotBeRecorded() throws Exception {
        events.failAll(new IllegalStateException("no road"));
        assertThat(done(a -> desk.hold("acme", "x", KIM, a)).hold()).isNotNull();
        assertThat(store.state().holds()).containsKey("acme");
    }

    @Test
    void whatCannotBeWrittenIsRefusedAndChangesNothing() throws Exception {
        Files.createDirectories(data.resolve("retention.json.tmp/in-the-way"));
        assertThat(refusal(a -> desk.setRule("acme", DAY, KIM, a)).reason()).isEqualTo(RefusalReason.INTERNAL);
        assertThat(refusal(a -> desk.setRule("acme", DAY, KIM, a)).detail()).contains("may be on the disk");
        assertThat(store.state()).isEqualTo(RetentionState.NONE);
        assertThat(events.stored()).isEmpty();
    }

    @Test
    void takesNothingAnyMoreOnceItHasEnded() throws Exception {
        assertThat(desk.end(10_000)).isTrue();
        assertThat(refusal(a -> desk.setRule("acme", DAY, KIM, a)).reason()).isEqualTo(RefusalReason.BUSY);
    }
}
