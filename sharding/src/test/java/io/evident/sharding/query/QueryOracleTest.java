package io.evident.sharding.query;

import static io.evident.sharding.TestEvents.oneOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine against {@link Oracle}, over random shards, blocks, events and questions. */
class QueryOracleTest {
    private static final int QUERIES = 40;

    private RandomFleet fleet;
    private Random random;
    private FanOutQueryEngine engine;
    private boolean expires;

    static IntStream seeds() {
        return IntStream.range(0, 25);
    }

    /** With every second seed, events expire. */
    private void begin(long seed, QueryLimits limits) {
        fleet = new RandomFleet(seed);
        random = fleet.random();
        engine = fleet.engine(limits);
        expires = seed % 2 == 1;
    }

    @AfterEach
    void end() {
        fleet.close();
    }

    private void change() {
        fleet.coverSome();
        if (expires && random.nextInt(3) == 0) {
            fleet.expireSome();
        }
        if (random.nextInt(100) == 0) {
            fleet.grow();
        }
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
            change();
            EventQuery query = fleet.randomQuery();
            List<Oracle.Known> expected = Oracle.answer(fleet.known(), query);
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
        fleet.appendBlocks(10);
        for (int i = 0; i < 5; i++) {
            EventQuery query = fleet.randomQuery();
            List<String> got = new ArrayList<>();
            List<String> expected = new ArrayList<>();
            Oracle.Known last = null;
            String cursor = null;
            do {
                // What the next page has to be: the rest of what is known now, behind the last event got.
                Oracle.Known before = last;
                List<Oracle.Known> rest = Oracle.answer(fleet.known(), query).stream()
                        .filter(event ->
                                before == null || Oracle.order(query.order()).compare(event, before) > 0)
                        .toList();
                List<Oracle.Known> nextPage = rest.subList(0, Math.min(query.limit(), rest.size()));
                nextPage.forEach(event -> expected.add(event.identity()));

                QueryAnswer.Page page = ask(query, cursor);
                got.addAll(identities(page.events()));
                cursor = page.cursor();
                last = nextPage.isEmpty() ? last : nextPage.get(nextPage.size() - 1);
                fleet.appendBlocks(random.nextInt(2));
                change();
            } while (cursor != null && got.size() < 200);

            assertThat(got).as("%s", query).isEqualTo(expected).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void countsWhatIsThere(long seed) throws IOException {
        begin(seed, QueryLimits.DEFAULT);
        for (int i = 0; i < QUERIES; i++) {
            change();
            fleet.appendBlocks(random.nextInt(2));
            EventQuery query = fleet.randomQuery();
            EventFilter filter = query.filter().containing(null);
            List<Oracle.Known> matching =
                    Oracle.matching(fleet.known(), filter, query.range()).toList();
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
            change();
            EventQuery query = fleet.randomQuery();
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
                    .isEqualTo(Oracle.answer(fleet.known(), query).stream()
                            .map(Oracle.Known::identity)
                            .toList());
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void contract8_findsEveryEventByItsIdWithinTheScopeOnly(long seed) throws IOException {
        begin(seed, QueryLimits.DEFAULT);
        for (int i = 0; i < 6; i++) {
            change();
        }
        List<Oracle.Known> known = fleet.known();
        for (Oracle.Known event : known.subList(0, Math.min(50, known.size()))) {
            UUID id = event.event().id();
            String tenant = event.event().tenant();
            List<String> expected = ofId(known, event);

            assertThat(identities(engine.find(id, TenantScope.only(tenant, "another"))))
                    .containsExactlyInAnyOrderElementsOf(expected);
            assertThat(identities(engine.find(id, TenantScope.only(tenant))))
                    .isNotEmpty()
                    .isSubsetOf(expected);
            assertThat(engine.find(id, TenantScope.only("another"))).isEmpty();
        }
        for (Oracle.Known event : fleet.expired()) {
            UUID id = event.event().id();
            assertThat(identities(engine.find(id, TenantScope.only(event.event().tenant(), "another"))))
                    .as("expired, unless another has the id")
                    .containsExactlyInAnyOrderElementsOf(ofId(known, event));
        }
        assertThat(engine.find(new UUID(1, 1), TenantScope.allButSystem())).isEmpty();
    }

    /** Those of the same id and tenant. */
    private static List<String> ofId(List<Oracle.Known> known, Oracle.Known event) {
        return known.stream()
                .filter(other -> event.event().id().equals(other.event().id()))
                .filter(other -> event.event().tenant().equals(other.event().tenant()))
                .map(Oracle.Known::identity)
                .toList();
    }
}
