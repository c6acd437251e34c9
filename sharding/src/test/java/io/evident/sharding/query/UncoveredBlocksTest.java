package io.evident.sharding.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.query.EventQuery.Order;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryQuery;
import io.evident.pipeline.query.TimeRange;
import io.evident.sharding.MemoryIndex;
import io.evident.sharding.MemoryShard;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.TestEvents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many blocks that no part of an index covers: they are looked through in stretches, and nothing of that is seen. */
class UncoveredBlocksTest {
    private static final int STRETCH = 1_024;
    private static final TenantScope ACME = TenantScope.only("acme");

    private final MemoryShard shard = new MemoryShard(0);
    private final MemoryIndex index = new MemoryIndex(shard);
    private final List<AuditEvent> events = new ArrayList<>();
    private final FanOutQueryEngine engine = engine(QueryLimits.DEFAULT);

    private FanOutQueryEngine engine(QueryLimits limits) {
        return Ask.engine(List.of(shard), List.of(), List.of(index), ShardHistory.first(1), CursorKey.random(), limits);
    }

    /** Blocks of one event each, whose times are mostly near those of their neighbours. */
    private void fill(int blocks, Random random) {
        for (int block = 0; block < blocks; block++) {
            long about = random.nextInt(100) == 0 ? random.nextInt(blocks) : block + random.nextInt(8);
            // No time twice, as ids are made of them.
            AuditEvent event = TestEvents.event("acme", "s", "a", about * 10_000 + block);
            shard.append(Lane.STANDARD, event);
            events.add(event);
        }
    }

    private void free(int from, int to) {
        for (int block = from; block < to; block++) {
            shard.free(block);
            events.set(block, null);
        }
    }

    private List<Long> wanted(Order order) {
        Comparator<Long> byTime = order == Order.ASC ? Comparator.naturalOrder() : Comparator.reverseOrder();
        return events.stream()
                .filter(event -> event != null)
                .map(AuditEvent::timeNs)
                .sorted(byTime)
                .toList();
    }

    private List<Long> pagedThrough(Order order, int limit) throws Exception {
        List<Long> times = new ArrayList<>();
        String cursor = null;
        do {
            QueryAnswer.Page page =
                    (QueryAnswer.Page) engine.query(Ask.query(EventFilter.all(ACME), null, null, order, limit, cursor));
            page.events().forEach(stored -> times.add(stored.event().timeNs()));
            cursor = page.cursor();
        } while (cursor != null);
        return times;
    }

    private void checkAll() throws Exception {
        for (Order order : Order.values()) {
            assertThat(pagedThrough(order, 700)).as("%s", order).isEqualTo(wanted(order));
        }
        SummaryAnswer.Summary summary = (SummaryAnswer.Summary) engine.summarize(
                new SummaryQuery(EventFilter.all(ACME), new TimeRange(null, null), new SummaryQuery.ByTime(1L << 40)));
        assertThat(summary.groups().stream().mapToLong(group -> group.count()).sum())
                .isEqualTo(wanted(Order.ASC).size());
        IntStream.of(0, STRETCH - 1, STRETCH, events.size() - 1)
                .filter(block -> block >= 0 && block < events.size() && events.get(block) != null)
                .mapToObj(events::get)
                .forEach(event -> assertThat(found(event)).isOne());
    }

    private int found(AuditEvent event) {
        try {
            return engine.find(event.id(), ACME).size();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, STRETCH - 1, STRETCH, STRETCH + 1, 2 * STRETCH, 2 * STRETCH + 1})
    void everyEventIsFoundOnceInItsOrder(int blocks) throws Exception {
        fill(blocks, new Random(blocks));
        checkAll();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void partsInBetweenAndBlocksThatAreGoneChangeNothing(long seed) throws Exception {
        Random random = new Random(seed);
        fill(3 * STRETCH, random);
        int from = random.nextInt(STRETCH);
        index.cover(from, from + 1 + random.nextInt(STRETCH));
        int gone = STRETCH + random.nextInt(STRETCH);
        free(gone, gone + random.nextInt(STRETCH));
        free(events.size() - 1, events.size());
        checkAll();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 10})
    void aLookUpThatHasNoTimeLeftGoesThroughNoFurtherPart(int parts) {
        fill(parts, new Random(1));
        for (int part = 0; part < parts; part++) {
            index.cover(part, part + 1);
        }
        shard.beforeEachRead(() -> spin(TimeUnit.MILLISECONDS.toNanos(2)));
        FanOutQueryEngine hurried = engine(new QueryLimits(1 << 20, 1 << 20, 1 << 20, 1));
        TenantScope others = TenantScope.only("globex");
        assertThatIOException()
                .isThrownBy(() -> hurried.find(events.get(0).id(), others))
                .withMessageContaining("more than the 1 ms");
    }

    /** As long as a slow disk takes. */
    private static void spin(long ns) {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < ns) {
            Thread.onSpinWait();
        }
    }
}
