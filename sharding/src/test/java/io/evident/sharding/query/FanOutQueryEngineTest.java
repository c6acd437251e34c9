package io.evident.sharding.query;

import static io.evident.sharding.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evident.event.AuditEvent;
import io.evident.event.EventField;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.EventQuery.Order;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.sharding.MemoryShard;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.ShardMap;
import io.evident.sharding.SlotHash;
import io.evident.sharding.SlotRouter;
import io.evident.sharding.TestEvents;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FanOutQueryEngineTest {
    private static final TenantScope EVERYONE = TenantScope.allButSystem();

    private final List<MemoryShard> shards = List.of(new MemoryShard(0), new MemoryShard(1), new MemoryShard(2));
    private final ShardHistory history = ShardHistory.first(3);
    private final CursorKey key = CursorKey.random();
    private final FanOutQueryEngine engine = engine(QueryLimits.DEFAULT);

    private FanOutQueryEngine engine(QueryLimits limits) {
        return Ask.engine(List.copyOf(shards), List.of(), history, key, limits);
    }

    private static EventQuery all(Order order, int limit, String cursor) {
        return Ask.query(EventFilter.all(EVERYONE), null, null, order, limit, cursor);
    }

    private static EventQuery between(Long from, Long to) {
        return Ask.query(EventFilter.all(EVERYONE), from, to, Order.DESC, 100, null);
    }

    private QueryAnswer.Page page(EventQuery query) throws IOException {
        return (QueryAnswer.Page) engine.query(query);
    }

    private Refusal refusal(EventQuery query) throws IOException {
        return ((QueryAnswer.Refused) engine.query(query)).refusal();
    }

    private static List<Long> times(List<StoredEvent> events) {
        return events.stream().map(stored -> stored.event().timeNs()).toList();
    }

    private void append(int shard, long... times) {
        shards.get(shard)
                .append(
                        Lane.STANDARD,
                        java.util.Arrays.stream(times)
                                .mapToObj(time -> event("acme", null, "user-1", time))
                                .toList());
    }

    @ParameterizedTest
    @EnumSource(Order.class)
    void answersWithAnEmptyLastPageWhenNothingIsStored(Order order) throws IOException {
        assertThat(page(all(order, 10, null))).isEqualTo(new QueryAnswer.Page(List.of(), null, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10})
    void givesACursorOnlyWhenThereIsMore(int limit) throws IOException {
        append(0, IntStream.range(0, limit).asLongStream().toArray());

        assertThat(page(all(Order.DESC, limit, null)).events()).hasSize(limit);
        assertThat(page(all(Order.DESC, limit, null)).cursor()).isNull();

        append(1, 99);
        QueryAnswer.Page first = page(all(Order.DESC, limit, null));
        QueryAnswer.Page second = page(all(Order.DESC, limit, first.cursor()));

        assertThat(first.events()).hasSize(limit);
        assertThat(times(second.events())).containsExactly(0L);
        assertThat(second.cursor()).isNull();
    }

    @Test
    void breaksEqualTimesByShardIncarnationAndSequence() throws IOException {
        append(1, 5, 5);
        append(0, 5);
        shards.get(0).nextIncarnation();
        append(0, 5, 5);
        append(2, 5);
        List<String> oldestFirst = List.of("0/1/0", "0/2/1", "0/2/2", "1/1/0", "1/1/1", "2/1/0");

        assertThat(page(all(Order.ASC, 100, null)).events().stream().map(Oracle::identity))
                .containsExactlyElementsOf(oldestFirst);
        List<String> newestFirst = new java.util.ArrayList<>(oldestFirst);
        java.util.Collections.reverse(newestFirst);
        assertThat(page(all(Order.DESC, 100, null)).events().stream().map(Oracle::identity))
                .containsExactlyElementsOf(newestFirst);
    }

    @Test
    void includesFromAndExcludesTo() throws IOException {
        append(0, 1, 2, 3, Long.MIN_VALUE, Long.MAX_VALUE);

        assertThat(times(page(between(1L, 3L)).events())).containsExactly(2L, 1L);
        assertThat(page(between(2L, 2L)).events()).isEmpty();
        assertThat(times(page(between(3L, null)).events())).containsExactly(Long.MAX_VALUE, 3L);
        assertThat(times(page(between(null, 1L)).events())).containsExactly(Long.MIN_VALUE);
        assertThat(times(page(between(Long.MIN_VALUE, Long.MAX_VALUE)).events()))
                .containsExactly(3L, 2L, 1L, Long.MIN_VALUE);
    }

    @Test
    void refusesReversedTimes() throws IOException {
        Refusal refusal = refusal(between(2L, 1L));

        assertThat(refusal.reason()).isEqualTo(RefusalReason.INVALID_QUERY);
        assertThat(refusal.field()).isEqualTo("from");
    }

    @Test
    void readsNoMoreBlocksThanThePageNeeds() throws IOException {
        for (int i = 0; i < 300; i++) {
            append(i % 3, i * 10L, i * 10L + 5);
        }

        assertThat(page(all(Order.DESC, 10, null)).events()).hasSize(10);
        assertThat(reads()).as("blocks for 10 of the newest").isLessThanOrEqualTo(6);
        assertThat(page(between(1000L, 1020L)).events()).hasSize(4);
        assertThat(reads()).as("and two blocks of a time range").isLessThanOrEqualTo(8);
    }

    private int reads() {
        return shards.stream().mapToInt(MemoryShard::reads).sum();
    }

    @Test
    void asksOnlyTheShardOfAStream() throws IOException {
        SlotRouter router = new SlotRouter(history.current());
        for (int i = 0; i < 90; i++) {
            AuditEvent event = event("acme", "order-" + i % 9, "user-1", i);
            shards.get(router.shardOf(TestEvents.view(event))).append(Lane.STANDARD, event);
        }
        int home = router.shardOf(TestEvents.view(event("acme", "order-4", "user-1", 0)));
        EventFilter stream = Ask.filter(EVERYONE, "acme", "order-4", null, null, null, null, null, null);

        assertThat(page(Ask.query(stream, null, null, Order.DESC, 100, null)).events())
                .hasSize(10);
        for (MemoryShard shard : shards) {
            assertThat(shard.reads() > 0).isEqualTo(shard.shard() == home);
        }
    }

    @Test
    void asksAlsoTheShardsInWhichAStreamLivedInEarlierEpochs() throws IOException {
        AuditEvent before = event("acme", "order-1", "user-1", 1);
        AuditEvent after = event("acme", "order-1", "user-1", 2);
        int oldHome = new SlotRouter(ShardMap.first(2)).shardOf(TestEvents.view(before));
        int[] grown = new int[SlotHash.SLOTS];
        java.util.Arrays.fill(grown, 2);
        ShardHistory twoEpochs = new ShardHistory(List.of(ShardMap.first(2), ShardMap.of(2, 3, grown)));
        shards.get(oldHome).append(Lane.STANDARD, before);
        shards.get(2).append(Lane.STANDARD, after);
        EventFilter stream = Ask.filter(EVERYONE, "acme", "order-1", null, null, null, null, null, null);

        QueryAnswer answer = Ask.engine(List.copyOf(shards), List.of(), twoEpochs, key, QueryLimits.DEFAULT)
                .query(Ask.query(stream, null, null, Order.ASC, 10, null));

        assertThat(times(((QueryAnswer.Page) answer).events())).containsExactly(1L, 2L);
    }

    @Test
    void contract8_neverShowsAnotherTenantOrTheSystemTenant() throws IOException {
        Random random = new Random(42);
        for (int i = 0; i < 100; i++) {
            shards.get(i % 3).append(Lane.CRITICAL, TestEvents.random(random, 10), TestEvents.random(random, 10));
        }

        assertThat(tenantsSeen(EventFilter.all(EVERYONE))).containsExactlyInAnyOrder("acme", "globex");
        assertThat(tenantsSeen(EventFilter.all(TenantScope.only("acme")))).containsExactly("acme");
        assertThat(tenantsSeen(EventFilter.all(TenantScope.only("_system")))).containsExactly("_system");
        assertThat(tenantsSeen(EventFilter.all(TenantScope.only()))).isEmpty();
        assertThat(tenantsSeen(Ask.filter(EVERYONE, "_system", null, null, null, null, null, null, null)))
                .isEmpty();
        assertThat(tenantsSeen(
                        Ask.filter(TenantScope.only("acme"), "globex", null, null, null, null, null, null, null)))
                .isEmpty();
    }

    private List<String> tenantsSeen(EventFilter filter) throws IOException {
        return page(Ask.query(filter, null, null, Order.DESC, 1000, null)).events().stream()
                .map(stored -> stored.event().text(EventField.TENANT))
                .distinct()
                .toList();
    }

    @Test
    void contract8_seesAnEventAsSoonAsItsBlockIsCounted() throws IOException {
        for (int i = 0; i < 50; i++) {
            AuditEvent event = event("acme", null, "user-" + i, -i);
            shards.get(i % 3).append(Lane.ELEVATED, event);

            assertThat(page(all(Order.ASC, 1, null)).events().get(0).event().id())
                    .isEqualTo(event.id());
            assertThat(engine.find(event.id(), EVERYONE)).hasSize(1);
        }
    }

    @Test
    void matchesNoEventWithAnEmptyValue() throws IOException {
        append(0, 1);

        assertThat(page(Ask.query(
                                Ask.filter(EVERYONE, null, "", null, null, null, null, null, null),
                                null,
                                null,
                                Order.DESC,
                                10,
                                null))
                        .events())
                .isEmpty();
    }

    @Test
    void refusesACursorOfAnotherQuery() throws IOException {
        append(0, 1, 2, 3);
        String cursor = page(all(Order.DESC, 1, null)).cursor();
        EventFilter other = Ask.filter(EVERYONE, "acme", null, null, null, null, null, null, null);

        assertThat(page(all(Order.DESC, 2, cursor)).events())
                .as("another limit")
                .hasSize(2);
        for (EventQuery query : List.of(
                all(Order.ASC, 1, cursor),
                Ask.query(other, null, null, Order.DESC, 1, cursor),
                Ask.query(EventFilter.all(EVERYONE), 1L, null, Order.DESC, 1, cursor),
                Ask.query(EventFilter.all(EVERYONE), null, 1L, Order.DESC, 1, cursor))) {
            Refusal refusal = refusal(query);
            assertThat(refusal.reason()).isEqualTo(RefusalReason.INVALID_QUERY);
            assertThat(refusal.field()).isEqualTo("cursor");
            assertThat(refusal.detail()).contains("another query");
        }
    }

    @Test
    void refusesACursorThatIsNone() throws IOException {
        append(0, 1, 2, 3);
        String cursor = page(all(Order.DESC, 1, null)).cursor();
        assertThat(cursor).matches("[A-Za-z0-9_-]+");

        for (String garbage : List.of("", "x", "%%%", "💍", cursor + "AAAA", cursor.substring(4), "A".repeat(10_000))) {
            assertThat(refusal(all(Order.DESC, 1, garbage)).field()).isEqualTo("cursor");
        }
        for (int i = 0; i < cursor.length() - 1; i++) {
            char other = cursor.charAt(i) == 'A' ? 'B' : 'A';
            String changed = cursor.substring(0, i) + other + cursor.substring(i + 1);
            assertThat(refusal(all(Order.DESC, 1, changed)).field())
                    .as("character %d changed", i)
                    .isEqualTo("cursor");
        }
    }

    @Test
    void refusesACursorOfAnotherServer() throws IOException {
        append(0, 1, 2, 3);
        FanOutQueryEngine other =
                Ask.engine(List.copyOf(shards), List.of(), history, CursorKey.random(), QueryLimits.DEFAULT);
        String cursor = ((QueryAnswer.Page) other.query(all(Order.DESC, 1, null))).cursor();

        assertThat(refusal(all(Order.DESC, 1, cursor)).field()).isEqualTo("cursor");
    }

    @Test
    void refusesAQueryThatReadsMoreThanItMay() throws IOException {
        append(0, 1);
        append(1, 2);
        append(2, 3);
        long oneBlock = shards.get(0).block(0).lengthBytes();
        EventQuery nowhere = Ask.query(
                Ask.filter(EVERYONE, null, null, "nobody", null, null, null, null, null),
                null,
                null,
                Order.DESC,
                1,
                null);

        assertThat(engine(Ask.limits(3 * oneBlock, 1)).query(nowhere)).isInstanceOf(QueryAnswer.Page.class);
        QueryAnswer answer = engine(Ask.limits(3 * oneBlock - 1, 1)).query(nowhere);

        Refusal refusal = ((QueryAnswer.Refused) answer).refusal();
        assertThat(refusal.reason()).isEqualTo(RefusalReason.QUERY_TOO_BROAD);
        assertThat(refusal.detail()).contains("narrow it by time");
        assertThat(((QueryAnswer.Page) engine(Ask.limits(oneBlock, 1)).query(all(Order.DESC, 1, null))).cursor())
                .as("a page that is complete is an answer")
                .isNotNull();
    }

    @Test
    void failsAndNamesShardAndBlockWhenABlockIsDamaged() throws IOException {
        append(1, 10, 11);
        append(1, 20, 21);
        BlockInfo damaged = shards.get(1).block(0);
        shards.get(1).damage(damaged);

        assertThat(page(between(15L, null)).events()).as("blocks out of range").hasSize(2);
        assertThatIOException()
                .isThrownBy(() -> engine.query(between(null, null)))
                .withMessageContaining("shard 1")
                .withMessageContaining("sequences 0 to 1")
                .withMessageContaining("checksum");
        assertThatIOException()
                .isThrownBy(() -> engine.find(new UUID(7, 7), EVERYONE))
                .withMessageContaining("shard 1");
    }

    @Test
    void findsTheEventsOfAllTenantsThatShareAnId() throws IOException {
        shards.get(0).append(Lane.STANDARD, event("acme", null, "a", 1));
        shards.get(1).append(Lane.STANDARD, event("globex", null, "a", 1));
        shards.get(2).append(Lane.STANDARD, event("_system", null, "a", 1));
        UUID id = event("acme", null, "a", 1).id();

        assertThat(engine.find(id, EVERYONE)).hasSize(2);
        assertThat(engine.find(id, TenantScope.only("globex")))
                .singleElement()
                .satisfies(stored -> assertThat(Oracle.identity(stored)).isEqualTo("1/1/0"));
        assertThat(engine.find(id, TenantScope.only("_system", "acme"))).hasSize(2);
    }

    @Test
    void stopsAtTheFirstFindOfASingleTenant() throws IOException {
        append(0, 1);
        append(0, 2);
        append(0, 3);

        assertThat(engine.find(new UUID(7, 3), TenantScope.only("acme"))).hasSize(1);
        assertThat(reads()).isEqualTo(1);
    }

    @Test
    void takesTheSourcesOfTheShardsInOrderOnly() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ask.engine(List.of(shards.get(0)), List.of(), history, key, QueryLimits.DEFAULT));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ask.engine(
                        List.of(shards.get(1), shards.get(0), shards.get(2)),
                        List.of(),
                        history,
                        key,
                        QueryLimits.DEFAULT));
    }
}
