package io.evident.sharding.query;

import static io.evident.sharding.TestEvents.event;
import static io.evident.sharding.TestEvents.oneOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.index.ShardIndex;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.EventQuery.Order;
import io.evident.pipeline.query.PageForm;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryQuery;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.Horizon;
import io.evident.sharding.MemoryEmergency;
import io.evident.sharding.MemoryShard;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.query.fleet.SearchableShard;
import io.evident.sharding.query.fleet.ShardFleet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes from the cache, and that it never comes late. */
class QueryCacheTest {
    private static final TenantScope EVERYONE = TenantScope.allButSystem();

    private final MemoryShard shard = new MemoryShard(0);
    private final MemoryShard other = new MemoryShard(1);
    private final CursorKey key = CursorKey.random();
    private FanOutQueryEngine engine = engine(CacheLimits.DEFAULT);

    private FanOutQueryEngine engine(CacheLimits limits) {
        ShardFleet fleet = new ShardFleet(
                List.of(
                        new SearchableShard(shard, null, ShardIndex.none()),
                        new SearchableShard(other, null, ShardIndex.none())),
                ShardHistory.first(2));
        return new FanOutQueryEngine(
                () -> fleet, () -> Horizon.NONE, key, QueryLimits.DEFAULT, limits, ReadHelpers.NONE);
    }

    private QueryAnswer.Page ask(EventFilter filter, Long from, Long to, Order order, int limit) throws IOException {
        return (QueryAnswer.Page) engine.query(Ask.query(filter, from, to, order, limit, null));
    }

    private QueryAnswer.Page ask(Long from, Long to) throws IOException {
        return ask(EventFilter.all(EVERYONE), from, to, Order.DESC, 10);
    }

    private void append(MemoryShard to, long... timesNs) {
        List<AuditEvent> events = new ArrayList<>();
        for (long timeNs : timesNs) {
            events.add(event("acme", null, "user-1", timeNs));
        }
        to.append(Lane.STANDARD, events);
    }

    @Test
    void answersTheSameQuestionFromTheCache() throws IOException {
        append(shard, 1, 2, 3);
        QueryAnswer.Page first = ask(0L, 10L);
        int reads = shard.reads();
        QueryAnswer.Page second = ask(0L, 10L);

        assertThat(first.cacheHit()).isFalse();
        assertThat(second.cacheHit()).isTrue();
        assertThat(second.events()).isEqualTo(first.events()).hasSize(3);
        assertThat(shard.reads()).isEqualTo(reads);
        assertThat(engine.cacheFigures().hits()).isEqualTo(1);
        assertThat(engine.cacheFigures().misses()).isEqualTo(1);
        assertThat(engine.cacheFigures().answers()).isEqualTo(1);
        assertThat(engine.cacheFigures().bytes()).isPositive();
    }

    @Test
    void takesQuestionsThatMeanTheSameForOne() throws IOException {
        append(shard, 1, 2, 3);
        EventFilter filter =
                EventFilter.all(EVERYONE).and(FilterField.ACTOR, "user-1").and(FilterField.TENANT, "acme");
        EventFilter turned =
                EventFilter.all(EVERYONE).and(FilterField.TENANT, "acme").and(FilterField.ACTOR, "user-1");
        ask(filter, 0L, 10L, Order.DESC, 10);
        assertThat(ask(turned, 0L, 10L, Order.DESC, 10).cacheHit()).isTrue();
    }

    @Test
    void keepsCallersApart() throws IOException {
        append(shard, 1, 2, 3);
        ask(EventFilter.all(EVERYONE), 0L, 10L, Order.DESC, 10);
        QueryAnswer.Page others = ask(EventFilter.all(TenantScope.only("globex")), 0L, 10L, Order.DESC, 10);
        assertThat(others.cacheHit()).isFalse();
        assertThat(others.events()).isEmpty();
        assertThat(ask(EventFilter.all(TenantScope.only("globex")), 0L, 10L, Order.DESC, 10)
                        .cacheHit())
                .isTrue();
    }

    @Test
    void anAnswerHoldsWhileWhatArrivesLiesOutsideItsTimes() throws IOException {
        append(shard, 1, 2, 3);
        ask(0L, 10L);
        append(shard, 10, 11);
        append(other, 12);
        assertThat(ask(0L, 10L).cacheHit()).isTrue();
        append(other, 9);
        QueryAnswer.Page after = ask(0L, 10L);
        assertThat(after.cacheHit()).isFalse();
        assertThat(after.events()).hasSize(4);
    }

    @Test
    void aFullPageDoesNotDependOnWhatStandsBehindIt() throws IOException {
        append(shard, 10, 20, 30);
        assertThat(ask(EventFilter.all(EVERYONE), null, 100L, Order.DESC, 2).cursor())
                .isNotNull();
        append(shard, 5);
        assertThat(ask(EventFilter.all(EVERYONE), null, 100L, Order.DESC, 2).cacheHit())
                .isTrue();
        append(other, 20);
        assertThat(ask(EventFilter.all(EVERYONE), null, 100L, Order.DESC, 2).cacheHit())
                .isFalse();

        assertThat(ask(EventFilter.all(EVERYONE), 0L, null, Order.ASC, 2).cursor())
                .isNotNull();
        append(shard, 30);
        assertThat(ask(EventFilter.all(EVERYONE), 0L, null, Order.ASC, 2).cacheHit())
                .isTrue();
        append(shard, 10);
        assertThat(ask(EventFilter.all(EVERYONE), 0L, null, Order.ASC, 2).cacheHit())
                .isFalse();
    }

    @Test
    void aLaterPageDoesNotDependOnWhatStandsBeforeIt() throws IOException {
        append(shard, 10, 20, 30, 40);
        String cursor =
                ask(EventFilter.all(EVERYONE), null, null, Order.DESC, 2).cursor();
        EventQuery second = Ask.query(EventFilter.all(EVERYONE), null, null, Order.DESC, 2, cursor);
        engine.query(second);
        append(shard, 35, 50);
        assertThat(((QueryAnswer.Page) engine.query(second)).cacheHit()).isTrue();
        append(shard, 30);
        assertThat(((QueryAnswer.Page) engine.query(second)).cacheHit()).isFalse();
    }

    private QueryAnswer.WrittenPage written(Long from, Long to, PageForm form) throws IOException {
        return (QueryAnswer.WrittenPage)
                engine.query(Ask.query(EventFilter.all(EVERYONE), from, to, Order.DESC, 10, null), form);
    }

    /** Writes how many events there are, and counts how often it was asked to. */
    private static final class CountingForm implements PageForm {
        private final AtomicInteger calls = new AtomicInteger();
        private final int pieceBytes;

        CountingForm(int pieceBytes) {
            this.pieceBytes = pieceBytes;
        }

        @Override
        public QueryAnswer write(QueryAnswer.Page page) {
            calls.incrementAndGet();
            byte[] piece = new byte[pieceBytes];
            piece[0] = (byte) page.events().size();
            return QueryAnswer.WrittenPage.of(page, List.of(piece));
        }
    }

    @Test
    void aPageIsWrittenOnceAsLongAsItIsTheAnswer() throws IOException {
        append(shard, 1, 2, 3);
        CountingForm form = new CountingForm(1);
        QueryAnswer.WrittenPage miss = written(0L, 10L, form);
        QueryAnswer.WrittenPage hit = written(0L, 10L, form);
        assertThat(miss.cacheHit()).isFalse();
        assertThat(hit.cacheHit()).isTrue();
        assertThat(hit.events().get(0)).isSameAs(miss.events().get(0)).containsExactly(3);
        assertThat(hit.cursor()).isEqualTo(miss.cursor());
        append(other, 4);
        assertThat(written(0L, 10L, form).events().get(0)).containsExactly(4);
        assertThat(form.calls).hasValue(2);
    }

    @Test
    void whatWasWrittenIsGivenToNoOtherFormOrQuestion() throws IOException {
        append(shard, 1, 2, 3);
        CountingForm form = new CountingForm(1);
        CountingForm another = new CountingForm(2);
        written(0L, 10L, form);
        assertThat(written(0L, 10L, another).events().get(0)).hasSize(2);
        assertThat(written(0L, 3L, another).events().get(0)[0]).isEqualTo((byte) 2);
        assertThat(ask(0L, 10L).events()).hasSize(3);
    }

    @Test
    void aPageThatWasKeptAsItIsIsWrittenWithItsFirstHit() throws IOException {
        append(shard, 1, 2, 3);
        CountingForm form = new CountingForm(1);
        ask(0L, 10L);
        int reads = shard.reads();
        assertThat(written(0L, 10L, form).cacheHit()).isTrue();
        assertThat(written(0L, 10L, form).events().get(0)).containsExactly(3);
        assertThat(form.calls).hasValue(1);
        assertThat(shard.reads()).isEqualTo(reads);
    }

    @Test
    void aPageThatAFormRefusesIsKeptAsItIs() throws IOException {
        append(shard, 1, 2, 3);
        QueryAnswer.Refused refused = new QueryAnswer.Refused(Refusal.of(RefusalReason.QUERY_TOO_BROAD, "too long"));
        EventQuery query = Ask.query(EventFilter.all(EVERYONE), 0L, 10L, Order.DESC, 10, null);
        assertThat(engine.query(query, page -> refused)).isSameAs(refused);
        assertThat(engine.query(query, page -> refused)).isSameAs(refused);
        assertThat(((QueryAnswer.Page) engine.query(query)).cacheHit()).isTrue();
    }

    @Test
    void keepsNoMoreWrittenBytesThanItMay() throws IOException {
        engine = engine(new CacheLimits(1_000, 100_000, Duration.ofMinutes(5)));
        append(shard, 1);
        CountingForm form = new CountingForm(20_000);
        for (long to = 2; to < 50; to++) {
            written(0L, to, form);
            assertThat(engine.cacheFigures().bytes()).isLessThanOrEqualTo(100_000);
        }
        assertThat(engine.cacheFigures().answers()).isBetween(1L, 4L);
        CountingForm larger = new CountingForm(200_000);
        written(0L, 100L, larger);
        assertThat(written(0L, 100L, larger).cacheHit()).isFalse();
    }

    @Test
    void countsComeFromTheCacheToo() throws IOException {
        append(shard, 1, 2, 3);
        SummaryQuery query = new SummaryQuery(
                EventFilter.all(EVERYONE), new TimeRange(0L, 10L), new SummaryQuery.ByField(FilterField.ACTOR, 5));
        SummaryAnswer.Summary first = (SummaryAnswer.Summary) engine.summarize(query);
        SummaryAnswer.Summary second = (SummaryAnswer.Summary) engine.summarize(query);
        assertThat(first.cacheHit()).isFalse();
        assertThat(second.cacheHit()).isTrue();
        assertThat(second.groups()).isEqualTo(first.groups());
        append(other, 4);
        assertThat(((SummaryAnswer.Summary) engine.summarize(query)).count()).isEqualTo(4);
    }

    @Test
    void keepsNoMoreAnswersThanItMayAndCountsWhatGivesWay() throws IOException {
        engine = engine(new CacheLimits(10, 1 << 20, Duration.ofMinutes(5)));
        append(shard, 1);
        for (long to = 2; to < 200; to++) {
            ask(0L, to);
        }
        assertThat(engine.cacheFigures().answers()).isBetween(1L, 10L);
        assertThat(engine.cacheFigures().evictions()).isGreaterThanOrEqualTo(188);
    }

    @Test
    void keepsNoMoreBytesThanItMay() throws IOException {
        engine = engine(new CacheLimits(1_000, 20_000, Duration.ofMinutes(5)));
        append(shard, LongStreams.upTo(100));
        for (long to = 100; to < 300; to++) {
            ask(EventFilter.all(EVERYONE), 0L, to, Order.DESC, 40);
        }
        assertThat(engine.cacheFigures().bytes()).isLessThanOrEqualTo(20_000);
    }

    @Test
    void anAnswerBesideTheEmergencyJournalIsNotKept() throws IOException {
        MemoryEmergency emergency = new MemoryEmergency(shard);
        ShardFleet fleet = new ShardFleet(
                List.of(new SearchableShard(shard, emergency, ShardIndex.none())), ShardHistory.first(1));
        engine = new FanOutQueryEngine(
                () -> fleet, () -> Horizon.NONE, key, QueryLimits.DEFAULT, CacheLimits.DEFAULT, ReadHelpers.NONE);
        append(shard, 1);
        ask(0L, 10L);
        assertThat(ask(0L, 10L).cacheHit()).isTrue();
        emergency.append(event("acme", null, "user-1", 5));
        assertThat(ask(0L, 10L).events()).hasSize(2);
        assertThat(ask(0L, 10L).cacheHit()).isFalse();
    }

    /** How many events there are. */
    private static final PageForm COUNT = page -> QueryAnswer.WrittenPage.of(
            page,
            List.of(ByteBuffer.allocate(Integer.BYTES)
                    .putInt(page.events().size())
                    .array()));

    static IntStream seeds() {
        return IntStream.range(0, 6);
    }

    /** Writers note what is acknowledged only after it is in the journal, as receipts do. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void contract8_aCachedAnswerIsNeverStaleBesideWriters(long seed) throws Exception {
        AtomicLongArray acknowledged = new AtomicLongArray(2);
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> writers = new ArrayList<>();
            for (MemoryShard to : List.of(shard, other)) {
                writers.add(threads.submit(() -> write(to, new Random(seed * 31 + to.shard()), acknowledged)));
            }
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Random random = new Random(seed * 97 + i);
                readers.add(threads.submit(() -> read(random, acknowledged, done)));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
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

    /** Half of the events lie in the times that are asked for; the number of these is acknowledged. */
    private void write(MemoryShard to, Random random, AtomicLongArray acknowledged) {
        for (int i = 0; i < 1_500; i++) {
            boolean inside = random.nextBoolean();
            append(to, inside ? random.nextInt(100) : 1_000 + random.nextInt(100));
            if (inside) {
                acknowledged.incrementAndGet(to.shard());
            }
        }
    }

    private Void read(Random random, AtomicLongArray acknowledged, AtomicBoolean done) throws IOException {
        TimeRange range = new TimeRange(0L, 100L);
        while (!done.get()) {
            long before = acknowledged.get(0) + acknowledged.get(1);
            if (random.nextBoolean()) {
                SummaryQuery query = new SummaryQuery(EventFilter.all(EVERYONE), range, new SummaryQuery.Total());
                assertThat(((SummaryAnswer.Summary) engine.summarize(query)).count())
                        .isGreaterThanOrEqualTo(before);
            } else {
                int limit = oneOf(random, List.of(1, 10, 1_000));
                EventQuery query = Ask.query(EventFilter.all(EVERYONE), 0L, 100L, Order.ASC, limit, null);
                if (random.nextBoolean()) {
                    QueryAnswer.WrittenPage written = (QueryAnswer.WrittenPage) engine.query(query, COUNT);
                    assertThat(ByteBuffer.wrap(written.events().get(0)).getInt())
                            .isGreaterThanOrEqualTo((int) Math.min(limit, before));
                    continue;
                }
                QueryAnswer.Page page = (QueryAnswer.Page) engine.query(query);
                assertThat(page.events().size()).isGreaterThanOrEqualTo((int) Math.min(limit, before));
                assertThat(page.events()).allMatch(stored -> stored.lane() == Lane.STANDARD);
            }
        }
        return null;
    }

    /** Times for tests. */
    private static final class LongStreams {
        static long[] upTo(int end) {
            return IntStream.range(0, end).mapToLong(i -> i).toArray();
        }
    }
}
