package io.evident.sharding.query;

import static io.evident.sharding.TestEvents.oneOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FieldCondition;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.filter.ValuePattern;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.EventQuery.Order;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryQuery;
import io.evident.sharding.MemoryIndex;
import io.evident.sharding.MemoryShard;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.SlotRouter;
import io.evident.sharding.TestEvents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine against {@link Oracle}, over random shards, blocks, events and questions. */
class QueryOracleTest {
    private static final int QUERIES = 40;

    private final List<MemoryShard> shards = new ArrayList<>();
    private final List<Oracle.Known> known = new ArrayList<>();
    private final List<MemoryIndex> indexes = new ArrayList<>();
    private final List<Integer> covered = new ArrayList<>();
    private Random random;
    private SlotRouter router;
    private FanOutQueryEngine engine;
    private int times;

    static IntStream seeds() {
        return IntStream.range(0, 25);
    }

    private void begin(long seed, QueryLimits limits) {
        random = new Random(seed);
        ShardHistory history = ShardHistory.first(1 + random.nextInt(5));
        router = new SlotRouter(history.current());
        times = oneOf(random, List.of(1, 20, 1_000, 1_000_000));
        for (int i = 0; i < router.shardCount(); i++) {
            shards.add(new MemoryShard(i));
            indexes.add(new MemoryIndex(shards.get(i)));
            covered.add(0);
        }
        engine = Ask.engine(shards, List.of(), indexes, history, CursorKey.random(), limits);
        appendBlocks(random.nextInt(60));
    }

    private void appendBlocks(int count) {
        for (int i = 0; i < count; i++) {
            MemoryShard shard = oneOf(random, shards);
            if (random.nextInt(20) == 0) {
                shard.nextIncarnation();
            }
            List<AuditEvent> events = eventsOf(shard.shard(), 1 + random.nextInt(12));
            BlockInfo block = shard.append(oneOf(random, List.of(Lane.values())), events);
            for (int j = 0; j < events.size(); j++) {
                known.add(
                        new Oracle.Known(events.get(j), shard.shard(), block.incarnation(), block.firstSequence() + j));
            }
        }
    }

    /** Lets some index cover some of the blocks that none covers, and lets another one lose a part. */
    private void coverSome() {
        MemoryShard shard = oneOf(random, shards);
        MemoryIndex index = indexes.get(shard.shard());
        int first = covered.get(shard.shard()) + random.nextInt(2);
        int end = first;
        int incarnation = end < shard.blockCount() ? shard.block(end).incarnation() : 0;
        while (end < shard.blockCount() && shard.block(end).incarnation() == incarnation && random.nextInt(6) > 0) {
            end++;
        }
        if (end > first) {
            index.cover(first, end);
            covered.set(shard.shard(), end);
        }
        if (random.nextInt(5) == 0 && !index.parts().isEmpty()) {
            index.damage(random.nextInt(index.parts().size()));
        }
    }

    private List<AuditEvent> eventsOf(int shard, int count) {
        List<AuditEvent> events = new ArrayList<>();
        while (events.size() < count) {
            AuditEvent event = TestEvents.random(random, times);
            // A shard without any key of these few gets events of an actor made up for it.
            for (int i = 0; router.shardOf(TestEvents.view(event)) != shard; i++) {
                event = TestEvents.event("acme", null, "filler-" + i, random.nextInt(times));
            }
            events.add(event);
        }
        return events;
    }

    private EventQuery randomQuery() {
        TenantScope scope = oneOf(
                random,
                List.of(
                        TenantScope.allButSystem(),
                        TenantScope.only("acme"),
                        TenantScope.only("acme", "globex"),
                        TenantScope.only("_system"),
                        TenantScope.only()));
        EventFilter filter = EventFilter.all(scope);
        for (FilterField field : FilterField.values()) {
            for (int i = random.nextInt(8); i < 2; i++) {
                filter = filter.and(randomCondition(field));
            }
        }
        if (random.nextInt(6) == 0) {
            filter = filter.containing(oneOf(random, TestEvents.TEXTS));
        }
        Long from = random.nextBoolean() ? (Long) (long) (random.nextInt(times) - times / 2) : null;
        Long to = random.nextBoolean() ? (Long) ((from == null ? 0 : from) + random.nextInt(times)) : null;
        return Ask.query(filter, from, to, oneOf(random, List.of(Order.values())), 1 + random.nextInt(15), null);
    }

    private FieldCondition randomCondition(FilterField field) {
        List<ValuePattern> values = new ArrayList<>();
        for (int i = random.nextInt(3); i < 3; i++) {
            values.add(oneOf(random, patterns(field)));
        }
        return new FieldCondition(field, random.nextInt(3) == 0, values);
    }

    private static List<ValuePattern> patterns(FilterField field) {
        return switch (field) {
            case TENANT -> texts(TestEvents.TENANTS, "a", "_");
            case STREAM -> texts(TestEvents.STREAMS, "wedding-", "\u00e9");
            case ACTOR -> texts(TestEvents.ACTORS, "user-", "w");
            case ACTION -> texts(TestEvents.ACTIONS, "document.", "document.r");
            case CATEGORY -> texts(TestEvents.CATEGORIES, "data", "x");
            case RESOURCE ->
                texts(List.of("doc-1", "document/doc-1", "a/b/doc-1", "b/doc-1", "a/b/b/doc-1"), "a/b/", "document/");
            case OUTCOME ->
                Arrays.stream(Outcome.values())
                        .map(outcome -> ValuePattern.exactly(outcome.text()))
                        .toList();
            case SEVERITY ->
                Arrays.stream(Severity.values())
                        .map(severity -> ValuePattern.exactly(severity.name()))
                        .toList();
            case LABEL -> texts(TestEvents.LABELS, "x-", "p");
            case IP ->
                List.of(
                        ValuePattern.exactly("10.1.2.3"),
                        ValuePattern.exactly("host.example"),
                        new ValuePattern(ValuePattern.Kind.NETWORK, "10.0.0.0/8"),
                        new ValuePattern(ValuePattern.Kind.NETWORK, "10.1.0.0/16"));
        };
    }

    private static List<ValuePattern> texts(List<String> exact, String... prefixes) {
        return Stream.concat(
                        exact.stream().map(ValuePattern::exactly),
                        Arrays.stream(prefixes).map(ValuePattern::startingWith))
                .toList();
    }

    private QueryAnswer.Page ask(EventQuery query, String cursor) throws IOException {
        QueryAnswer answer = engine.query(Ask.query(
                query.filter(), query.range().fromNs(), query.range().toNs(), query.order(), query.limit(), cursor));
        assertThat(answer).isInstanceOf(QueryAnswer.Page.class);
        return (QueryAnswer.Page) answer;
    }

    private static List<String> identities(List<StoredEvent> events) {
        return events.stream().map(Oracle::identity).toList();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void pagesThroughExactlyTheRightEventsInOrder(long seed) throws IOException {
        begin(seed, QueryLimits.DEFAULT);
        for (int i = 0; i < QUERIES; i++) {
            coverSome();
            EventQuery query = randomQuery();
            List<Oracle.Known> expected = Oracle.answer(known, query);
            List<StoredEvent> got = new ArrayList<>();
            String cursor = null;
            do {
                QueryAnswer.Page page = ask(query, cursor);
                got.addAll(page.events());
                cursor = page.cursor();
                assertThat(page.events().size())
                        .as("size of a page of %s", query)
                        .isEqualTo(
                                cursor != null
                                        ? query.limit()
                                        : expected.size() % query.limit() == 0
                                                ? Math.min(expected.size(), query.limit())
                                                : expected.size() % query.limit());
            } while (cursor != null);

            assertThat(identities(got))
                    .as("%s", query)
                    .isEqualTo(expected.stream().map(Oracle.Known::identity).toList());
            for (int j = 0; j < got.size(); j++) {
                assertThat(AuditEvent.of(got.get(j).event()))
                        .isEqualTo(expected.get(j).event());
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void keepsItsPlaceWhileEventsArrive(long seed) throws IOException {
        begin(seed, QueryLimits.DEFAULT);
        appendBlocks(10);
        for (int i = 0; i < 5; i++) {
            EventQuery query = randomQuery();
            List<String> got = new ArrayList<>();
            List<String> expected = new ArrayList<>();
            Oracle.Known last = null;
            String cursor = null;
            do {
                // What the next page has to be: the rest of what is known now, behind the last event got.
                List<Oracle.Known> now = Oracle.answer(known, query);
                List<Oracle.Known> rest = last == null ? now : now.subList(now.indexOf(last) + 1, now.size());
                List<Oracle.Known> nextPage = rest.subList(0, Math.min(query.limit(), rest.size()));
                nextPage.forEach(event -> expected.add(event.identity()));

                QueryAnswer.Page page = ask(query, cursor);
                got.addAll(identities(page.events()));
                cursor = page.cursor();
                last = nextPage.isEmpty() ? last : nextPage.get(nextPage.size() - 1);
                appendBlocks(random.nextInt(2));
                coverSome();
            } while (cursor != null && got.size() < 200);

            assertThat(got).as("%s", query).isEqualTo(expected).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void countsWhatIsThere(long seed) throws IOException {
        begin(seed, QueryLimits.DEFAULT);
        for (int i = 0; i < QUERIES; i++) {
            coverSome();
            appendBlocks(random.nextInt(2));
            EventQuery query = randomQuery();
            EventFilter filter = query.filter().containing(null);
            List<Oracle.Known> matching =
                    Oracle.matching(known, filter, query.range()).toList();
            FilterField field = oneOf(random, List.of(FilterField.values()));
            int limit = 1 + random.nextInt(4);
            long intervalNs = oneOf(random, List.of(1L, 7L, 1_000L));

            assertThat(sum(new SummaryQuery(filter, query.range(), new SummaryQuery.Total()))
                            .count())
                    .as("%s", query)
                    .isEqualTo(matching.size());
            var byField = sum(new SummaryQuery(filter, query.range(), new SummaryQuery.ByField(field, limit)));
            assertGroups(byField, Oracle.values(matching.stream(), field), limit);
            var byTime = sum(new SummaryQuery(filter, query.range(), new SummaryQuery.ByTime(intervalNs)));
            Map<Long, Long> steps = new TreeMap<>();
            matching.forEach(event ->
                    steps.merge(Math.floorDiv(event.event().timeNs(), intervalNs) * intervalNs, 1L, Long::sum));
            Map<Long, Long> got = new TreeMap<>();
            byTime.groups().forEach(group -> got.put(group.fromNs(), group.count()));
            assertThat(got).isEqualTo(steps);
        }
    }

    private SummaryAnswer.Summary sum(SummaryQuery query) throws IOException {
        SummaryAnswer answer = engine.summarize(query);
        assertThat(answer).as("%s", query).isInstanceOf(SummaryAnswer.Summary.class);
        return (SummaryAnswer.Summary) answer;
    }

    private static void assertGroups(SummaryAnswer.Summary summary, Map<String, Long> expected, int limit) {
        Comparator<SummaryAnswer.Group> order = Comparator.comparingLong(SummaryAnswer.Group::count)
                .reversed()
                .thenComparing(SummaryAnswer.Group::value);
        assertThat(summary.groups())
                .isEqualTo(expected.entrySet().stream()
                        .map(entry -> new SummaryAnswer.Group(entry.getKey(), 0, entry.getValue()))
                        .sorted(order)
                        .limit(limit)
                        .toList());
        assertThat(summary.otherGroups()).isEqualTo(Math.max(0, expected.size() - limit));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void endsPagesEarlyByBytesWithoutLosingAnything(long seed) throws IOException {
        begin(seed, Ask.limits(1L << 30, 700));
        for (int i = 0; i < 10; i++) {
            EventQuery query = randomQuery();
            List<String> got = new ArrayList<>();
            String cursor = null;
            do {
                QueryAnswer.Page page = ask(query, cursor);
                int bytes = page.events().stream()
                        .mapToInt(event -> event.event().length())
                        .sum();
                assertThat(page.events().size() <= 1 || bytes <= 700).isTrue();
                got.addAll(identities(page.events()));
                cursor = page.cursor();
            } while (cursor != null);

            assertThat(got)
                    .isEqualTo(Oracle.answer(known, query).stream()
                            .map(Oracle.Known::identity)
                            .toList());
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void contract8_findsEveryEventByItsIdWithinTheScopeOnly(long seed) throws IOException {
        begin(seed, QueryLimits.DEFAULT);
        for (Oracle.Known event : known.subList(0, Math.min(50, known.size()))) {
            UUID id = event.event().id();
            String tenant = event.event().tenant();
            List<String> expected = known.stream()
                    .filter(other -> id.equals(other.event().id()))
                    .filter(other -> tenant.equals(other.event().tenant()))
                    .map(Oracle.Known::identity)
                    .toList();

            assertThat(identities(engine.find(id, TenantScope.only(tenant, "another"))))
                    .containsExactlyInAnyOrderElementsOf(expected);
            assertThat(engine.find(id, TenantScope.only(tenant))).hasSize(1);
            assertThat(engine.find(id, TenantScope.only("another"))).isEmpty();
        }
        assertThat(engine.find(new UUID(1, 1), TenantScope.allButSystem())).isEmpty();
    }
}
