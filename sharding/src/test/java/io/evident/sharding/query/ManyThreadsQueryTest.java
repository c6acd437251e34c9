package io.evident.sharding.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.index.ShardIndex;
import io.evident.pipeline.query.EventQuery.Order;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryQuery;
import io.evident.pipeline.query.TimeRange;
import io.evident.sharding.MemoryIndex;
import io.evident.sharding.MemoryShard;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.TestEvents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One query that is read for by several threads. */
@Timeout(60)
class ManyThreadsQueryTest {
    private static final int SHARDS = 3;
    private static final int BLOCKS = 8;
    private static final EventFilter ALL = EventFilter.all(TenantScope.only("acme"));

    private final List<MemoryShard> shards = new ArrayList<>();
    private final List<ShardIndex> indexes = new ArrayList<>();
    private final ReadHelpers helpers = ReadHelpers.start(SHARDS - 1, 1);

    @AfterEach
    void end() {
        helpers.close();
    }

    /** Each block has one event, whose time no other has. */
    private FanOutQueryEngine engine(boolean indexed, QueryLimits limits) {
        for (int shard = 0; shard < SHARDS; shard++) {
            MemoryShard stored = new MemoryShard(shard);
            MemoryIndex index = new MemoryIndex(stored);
            for (int block = 0; block < BLOCKS; block++) {
                AuditEvent event = TestEvents.event("acme", null, "actor-" + block, block * 10L + shard);
                stored.append(Lane.STANDARD, event);
            }
            if (indexed) {
                index.cover(0, BLOCKS);
            }
            shards.add(stored);
            indexes.add(index);
        }
        return Ask.engine(shards, List.of(), indexes, ShardHistory.first(SHARDS), CursorKey.random(), limits, helpers);
    }

    private static SummaryQuery count() {
        return new SummaryQuery(ALL, new TimeRange(null, null), new SummaryQuery.Total());
    }

    /** Nobody reads on before as many threads as there are shards have come to a reading. */
    private Set<Thread> meetBeforeReading() {
        Set<Thread> readers = ConcurrentHashMap.newKeySet();
        CyclicBarrier all = new CyclicBarrier(SHARDS);
        for (MemoryShard shard : shards) {
            shard.beforeEachRead(() -> {
                if (readers.add(Thread.currentThread())) {
                    await(all);
                }
            });
        }
        return readers;
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("not all threads read at the same time", e);
        }
    }

    @Test
    void theEventsOfAPageAreReadSideBySideAndAnsweredInOrder() throws IOException {
        FanOutQueryEngine engine = engine(true, QueryLimits.DEFAULT);
        Set<Thread> readers = meetBeforeReading();
        QueryAnswer.Page page =
                (QueryAnswer.Page) engine.query(Ask.query(ALL, null, null, Order.ASC, SHARDS * BLOCKS, null));
        assertThat(readers).hasSize(SHARDS);
        assertThat(page.events())
                .hasSize(SHARDS * BLOCKS)
                .extracting(stored -> stored.event().timeNs())
                .isSorted();
    }

    @Test
    void theShardsOfACountAreReadSideBySide() throws IOException {
        FanOutQueryEngine engine = engine(false, QueryLimits.DEFAULT);
        Set<Thread> readers = meetBeforeReading();
        assertThat(((SummaryAnswer.Summary) engine.summarize(count())).count()).isEqualTo(SHARDS * BLOCKS);
        assertThat(readers).hasSize(SHARDS);
    }

    @Test
    void aCountIsRefusedWhenAllThreadsTogetherWouldReadTooMuch() throws IOException {
        FanOutQueryEngine engine = engine(false, Ask.limits((long) oneBlock() * SHARDS * BLOCKS - 1, 1 << 20));
        SummaryAnswer answer = engine.summarize(count());
        assertThat(answer)
                .isInstanceOfSatisfying(
                        SummaryAnswer.Refused.class,
                        refused -> assertThat(refused.refusal().detail()).contains("bytes that a query may read"));
    }

    @Test
    void aCountIsAnsweredWhenAllThreadsTogetherReadJustWhatTheyMay() throws IOException {
        FanOutQueryEngine engine = engine(false, Ask.limits((long) oneBlock() * SHARDS * BLOCKS, 1 << 20));
        assertThat(((SummaryAnswer.Summary) engine.summarize(count())).count()).isEqualTo(SHARDS * BLOCKS);
    }

    private static int oneBlock() {
        MemoryShard one = new MemoryShard(0);
        return one.append(Lane.STANDARD, TestEvents.event("acme", null, "actor-0", 0))
                .lengthBytes();
    }

    @Test
    void aCountIsRefusedWhenOnlyAllShardsTogetherHaveTooManyGroups() throws IOException {
        FanOutQueryEngine engine = engine(true, QueryLimits.DEFAULT);
        for (int shard = 0; shard < SHARDS; shard++) {
            List<AuditEvent> more = new ArrayList<>();
            for (int i = 0; i < SummaryQuery.MAX_GROUPS / 2; i++) {
                more.add(TestEvents.event("acme", null, "a", 1_000_000L + (long) i * SHARDS + shard));
            }
            for (int from = 0; from < more.size(); from += 500) {
                shards.get(shard).append(Lane.STANDARD, more.subList(from, Math.min(more.size(), from + 500)));
            }
            ((MemoryIndex) indexes.get(shard)).cover(BLOCKS, shards.get(shard).blockCount());
        }
        SummaryAnswer answer =
                engine.summarize(new SummaryQuery(ALL, new TimeRange(null, null), new SummaryQuery.ByTime(1)));
        assertThat(answer)
                .isInstanceOfSatisfying(
                        SummaryAnswer.Refused.class,
                        refused -> assertThat(refused.refusal().detail()).contains("steps of time"));
    }

    @Test
    void damageThatOneThreadComesToFailsThePageAndTheCount() throws IOException {
        FanOutQueryEngine indexed = engine(true, QueryLimits.DEFAULT);
        shards.get(SHARDS - 1).damage(shards.get(SHARDS - 1).block(BLOCKS - 1));
        assertThatThrownBy(() -> indexed.query(Ask.query(ALL, null, null, Order.ASC, SHARDS * BLOCKS, null)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("shard " + (SHARDS - 1));
    }
}
