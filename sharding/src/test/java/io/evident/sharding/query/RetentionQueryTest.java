package io.evident.sharding.query;

import static io.evident.sharding.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.journal.RemovedEventException;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.EventQuery.Order;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryQuery;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.Horizon;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.sharding.MemoryEmergency;
import io.evident.sharding.MemoryIndex;
import io.evident.sharding.MemoryShard;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.query.fleet.SearchableShard;
import io.evident.sharding.query.fleet.ShardFleet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What has expired is in no answer, from the moment on in which it has, whether its bytes are still there or not. */
class RetentionQueryTest {
    private static final TenantScope EVERYONE = TenantScope.allButSystem();
    private static final EventFilter ALL = EventFilter.all(EVERYONE);

    /** Of two events each, where the horizon moves beside queries. */
    private static final int BLOCKS = 120;

    private final MemoryShard shard = new MemoryShard(0);
    private final MemoryIndex index = new MemoryIndex(shard);
    private final MemoryEmergency emergency = new MemoryEmergency(shard);
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger horizonsAsked = new AtomicInteger();
    private volatile Horizon horizon = Horizon.NONE;
    private FanOutQueryEngine engine = engine(null);

    private FanOutQueryEngine engine(MemoryEmergency beside) {
        ShardFleet fleet = new ShardFleet(List.of(new SearchableShard(shard, beside, index)), ShardHistory.first(1));
        return new FanOutQueryEngine(
                () -> fleet,
                () -> {
                    horizonsAsked.incrementAndGet();
                    return horizon;
                },
                CursorKey.random(),
                QueryLimits.DEFAULT,
                CacheLimits.DEFAULT,
                ReadHelpers.NONE);
    }

    /** A block of one event of each tenant. */
    private void append(String... tenants) {
        long sequence = shard.nextSequence();
        List<AuditEvent> events = new ArrayList<>();
        for (String tenant : tenants) {
            events.add(event(tenant, null, "user-1", sequence++));
        }
        shard.append(Lane.STANDARD, events);
    }

    private void expire(long others, Map<String, Long> named) {
        horizon = new Horizon(horizon.version() + 1, List.of(new ShardHorizon(others, named)));
    }

    private QueryAnswer.Page page(EventFilter filter, int limit, String cursor) throws IOException {
        return (QueryAnswer.Page) engine.query(Ask.query(filter, null, null, Order.ASC, limit, cursor));
    }

    private List<Long> sequences(EventFilter filter) throws IOException {
        return page(filter, 100, null).events().stream()
                .map(StoredEvent::sequence)
                .toList();
    }

    private SummaryAnswer.Summary count(EventFilter filter) throws IOException {
        return (SummaryAnswer.Summary)
                engine.summarize(new SummaryQuery(filter, TimeRange.ALWAYS, new SummaryQuery.Total()));
    }

    private static EventFilter only(String... tenants) {
        return EventFilter.all(TenantScope.only(tenants));
    }

    @Test
    void hidesWhatHasExpiredOfATenantAndNothingElse() throws IOException {
        append("acme", "globex", "acme");
        append("_system", "acme", "globex");
        for (boolean indexed : List.of(false, true)) {
            if (indexed) {
                index.cover(0, 2);
            }
            horizon = Horizon.NONE;
            assertThat(sequences(ALL)).containsExactly(0L, 1L, 2L, 4L, 5L);
            expire(0, Map.of("acme", 2L));
            assertThat(sequences(ALL)).containsExactly(1L, 2L, 4L, 5L);
            assertThat(sequences(only("acme"))).containsExactly(2L, 4L);
            assertThat(count(only("acme", "globex")).count()).isEqualTo(4);
            expire(6, Map.of("acme", 3L));
            assertThat(sequences(ALL)).containsExactly(4L);
            assertThat(sequences(only("globex"))).isEmpty();
            assertThat(sequences(only("_system")))
                    .as("Evident's own tenant is not one of the others")
                    .containsExactly(3L);
            expire(6, Map.of("acme", 3L, "_system", 4L));
            assertThat(sequences(only("_system"))).isEmpty();
        }
    }

    @Test
    void readsNothingOfBlocksInWhichAllHasExpired() throws IOException {
        append("acme", "globex");
        append("acme", "globex");
        expire(2, Map.of());
        assertThat(sequences(ALL)).containsExactly(2L, 3L);
        assertThat(shard.reads()).isEqualTo(1);
    }

    @Test
    void passesByBlocksThatAreGoneEvenWhileNothingSeemsToHaveExpired() throws IOException {
        for (int i = 0; i < 5; i++) {
            append("acme");
        }
        IntStream.of(0, 1, 3).forEach(shard::free);
        assertThat(sequences(ALL)).containsExactly(2L, 4L);
        assertThat(shard.reads()).isEqualTo(2);
    }

    @Test
    void nothingInTheEmergencyJournalExpires() throws IOException {
        engine = engine(emergency);
        append("acme");
        emergency.append(event("acme", null, "user-1", 50));
        expire(1_000, Map.of("acme", 1_000L));
        assertThat(sequences(ALL))
                .singleElement()
                .satisfies(sequence -> assertThat(sequence).isNegative());
        assertThat(engine.find(new UUID(7, 50), EVERYONE)).hasSize(1);
        assertThat(count(ALL).count()).isEqualTo(1);
    }

    @Test
    void goesOnBehindAnEventThatHasExpiredSince() throws IOException {
        append("acme", "acme", "acme", "acme");
        QueryAnswer.Page first = page(ALL, 2, null);
        expire(3, Map.of());
        assertThat(page(ALL, 2, first.cursor()).events())
                .extracting(StoredEvent::sequence)
                .containsExactly(3L);
    }

    @Test
    void anIdOfWhatHasExpiredIsNotFound() throws IOException {
        append("acme", "globex");
        index.cover(0, 1);
        append("acme");
        UUID inIndex = new UUID(7, 0);
        UUID inBlock = new UUID(7, 2);
        EventQuery query = Ask.query(ALL, null, null, Order.ASC, 10, null);
        assertThat(engine.find(inIndex, EVERYONE)).hasSize(1);
        assertThat(engine.find(inBlock, EVERYONE)).hasSize(1);
        assertThat(engine.cursorBehind(query, inIndex)).isNotNull();
        expire(0, Map.of("acme", 3L));
        assertThat(engine.find(inIndex, EVERYONE)).isEmpty();
        assertThat(engine.find(inBlock, EVERYONE)).isEmpty();
        assertThat(engine.find(new UUID(7, 1), EVERYONE)).hasSize(1);
        assertThat(engine.cursorBehind(query, inIndex)).isNull();
        expire(2, Map.of("acme", 3L));
        shard.free(0);
        assertThat(engine.find(inIndex, EVERYONE)).isEmpty();
    }

    @Test
    void asksAgainByTheNewHorizonWhenWhatItFoundIsGoneMeanwhile() throws IOException {
        append("acme");
        append("acme");
        index.cover(0, 2);
        shard.afterNextLook(() -> {
            expire(1, Map.of());
            shard.free(0);
        });
        assertThat(sequences(ALL)).containsExactly(1L);
        shard.afterNextLook(() -> {
            expire(2, Map.of());
            shard.free(1);
        });
        assertThat(engine.find(new UUID(7, 1), EVERYONE)).isEmpty();
    }

    @Test
    void whatIsGoneAndHasNotExpiredIsAnErrorAndNoGap() {
        append("acme");
        index.cover(0, 1);
        shard.free(0);
        assertThatThrownBy(() -> sequences(ALL)).isInstanceOf(RemovedEventException.class);
        assertThatThrownBy(() -> engine.find(new UUID(7, 0), EVERYONE)).isInstanceOf(RemovedEventException.class);
        assertThat(horizonsAsked.get()).as("looks").isBetween(10, 30);
    }

    @Test
    void aCachedAnswerHoldsUntilATenantItMayBeAboutMoves() throws IOException {
        append("acme", "globex", "_system");
        List<EventFilter> unmoved = List.of(
                only("globex"), only("_system"), only("globex", "_system"), ALL.and(FilterField.TENANT, "globex"));
        List<EventFilter> moved = List.of(only("acme"), only("acme", "globex"), ALL);
        for (EventFilter filter : unmoved) {
            page(filter, 10, null);
            count(filter);
        }
        for (EventFilter filter : moved) {
            page(filter, 10, null);
            count(filter);
        }
        expire(0, Map.of("acme", 1L));
        for (EventFilter filter : unmoved) {
            assertThat(page(filter, 10, null).cacheHit()).as("%s", filter).isTrue();
            assertThat(count(filter).cacheHit()).as("%s", filter).isTrue();
        }
        for (EventFilter filter : moved) {
            assertThat(page(filter, 10, null).cacheHit()).as("%s", filter).isFalse();
            assertThat(count(filter).cacheHit()).as("%s", filter).isFalse();
            assertThat(page(filter, 10, null).cacheHit()).as("%s", filter).isTrue();
        }
        expire(1, Map.of("acme", 1L, "_system", 3L));
        assertThat(page(ALL, 10, null).cacheHit()).as("others moved").isFalse();
        assertThat(page(only("_system"), 10, null).cacheHit()).isFalse();
        assertThat(page(only("acme"), 10, null).cacheHit()).isTrue();
    }

    static IntStream seeds() {
        return IntStream.range(0, 4);
    }

    /** As retention does it: what has expired is told first, and freed then. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatHadExpiredIsInNoAnswerThatIsBegunThenHoweverTheHorizonMoves(long seed) throws Exception {
        for (int i = 0; i < BLOCKS; i++) {
            append("acme", "globex");
        }
        for (int block = 0; block < BLOCKS; block += 10) {
            if (block % 30 != 0) {
                index.cover(block, block + 10);
            }
        }
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Random random = new Random(seed * 97 + i);
                readers.add(threads.submit(() -> read(random, done)));
            }
            threads.submit(() -> expireAll(new Random(seed), done)).get();
            done.set(true);
            for (Future<?> reader : readers) {
                reader.get();
            }
        } finally {
            done.set(true);
            threads.shutdownNow();
        }
        assertThat(engine.cacheFigures().hits()).as("seed %d", seed).isPositive();
    }

    private void expireAll(Random random, AtomicBoolean done) {
        long acme = 0;
        long others = 0;
        int freed = 0;
        while (acme < 2 * BLOCKS || others < 2 * BLOCKS) {
            acme = Math.min(2 * BLOCKS, acme + random.nextInt(12));
            others = random.nextInt(3) == 0 ? Math.min(2 * BLOCKS, others + random.nextInt(30)) : others;
            expire(others, Map.of("acme", acme));
            while ((freed + 1) * 2L <= Math.min(acme, others)) {
                index.drop(freed);
                shard.free(freed++);
            }
            int until = answers.get() + random.nextInt(12);
            while (answers.get() < until && !done.get()) {
                Thread.onSpinWait();
            }
        }
    }

    private Void read(Random random, AtomicBoolean done) throws IOException {
        List<EventFilter> filters = List.of(ALL, only("acme"), only("globex"), only("acme", "globex"));
        try {
            while (!done.get()) {
                EventFilter filter = filters.get(random.nextInt(filters.size()));
                if (random.nextBoolean()) {
                    checkCount(filter);
                } else {
                    checkPage(filter, random.nextBoolean() ? Order.ASC : Order.DESC, random.nextBoolean() ? 3 : 100);
                }
                answers.incrementAndGet();
            }
        } finally {
            done.set(true);
        }
        return null;
    }

    private void checkCount(EventFilter filter) throws IOException {
        long most = expected(filter, horizon.of(0));
        long got = count(filter).count();
        assertThat(got).isBetween(expected(filter, horizon.of(0)), most);
    }

    private void checkPage(EventFilter filter, Order order, int limit) throws IOException {
        ShardHorizon before = horizon.of(0);
        QueryAnswer.Page page = (QueryAnswer.Page) engine.query(Ask.query(filter, null, null, order, limit, null));
        assertThat(page.events())
                .noneMatch(stored -> before.hides(stored.event(), stored.sequence()))
                .hasSizeGreaterThanOrEqualTo((int) Math.min(limit, expected(filter, horizon.of(0))));
    }

    /** How many there are: acme has the even sequences, globex the odd ones. */
    private static long expected(EventFilter filter, ShardHorizon by) {
        long acme = filter.scope().contains("acme") ? BLOCKS - (by.of("acme") + 1) / 2 : 0;
        long globex = filter.scope().contains("globex") ? BLOCKS - by.of("globex") / 2 : 0;
        return acme + globex;
    }
}
