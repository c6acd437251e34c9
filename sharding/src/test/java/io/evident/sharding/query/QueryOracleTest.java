package io.evident.sharding.query;

import static io.evident.sharding.TestEvents.oneOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.query.EventFilter;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.EventQuery.Order;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.sharding.MemoryShard;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.SlotRouter;
import io.evident.sharding.TestEvents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine against {@link Oracle}, over random shards, blocks, events and questions. */
class QueryOracleTest {
    private static final int QUERIES = 40;

    private final List<MemoryShard> shards = new ArrayList<>();
    private final List<Oracle.Known> known = new ArrayList<>();
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
        }
        engine = new FanOutQueryEngine(List.copyOf(shards), List.of(), history, CursorKey.random(), limits);
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

    private <T> T maybe(Supplier<T> value) {
        return random.nextInt(4) == 0 ? value.get() : null;
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
        EventFilter filter = new EventFilter(
                scope,
                maybe(() -> oneOf(random, TestEvents.TENANTS)),
                maybe(() -> oneOf(random, TestEvents.STREAMS)),
                maybe(() -> oneOf(random, TestEvents.ACTORS)),
                maybe(() -> oneOf(random, TestEvents.ACTIONS)),
                maybe(() -> oneOf(random, List.of("doc-1", "document/doc-1", "a/b/doc-1", "b/doc-1", "a/b/b/doc-1"))),
                maybe(() -> oneOf(random, List.of(Outcome.values()))),
                maybe(() -> oneOf(random, List.of(Severity.values()))),
                maybe(() -> oneOf(random, TestEvents.LABELS)));
        Long from = random.nextBoolean() ? (Long) (long) (random.nextInt(times) - times / 2) : null;
        Long to = random.nextBoolean() ? (Long) ((from == null ? 0 : from) + random.nextInt(times)) : null;
        return new EventQuery(filter, from, to, oneOf(random, List.of(Order.values())), 1 + random.nextInt(15), null);
    }

    private QueryAnswer.Page ask(EventQuery query, String cursor) throws IOException {
        QueryAnswer answer = engine.query(
                new EventQuery(query.filter(), query.fromNs(), query.toNs(), query.order(), query.limit(), cursor));
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
            } while (cursor != null && got.size() < 200);

            assertThat(got).as("%s", query).isEqualTo(expected).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void endsPagesEarlyByBytesWithoutLosingAnything(long seed) throws IOException {
        begin(seed, new QueryLimits(1L << 30, 700));
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
