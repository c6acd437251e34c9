package io.evident.sharding.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.index.ShardIndex;
import io.evident.pipeline.query.EventQuery.Order;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
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
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of many blocks, whose events come about in the order of their times: runs of blocks are taken and passed by whole. */
class LargePartTest {
    private static final int BLOCKS = 100;
    private static final int EVENTS_OF_A_BLOCK = 5;

    private final MemoryShard shard = new MemoryShard(0);
    private final MemoryIndex index = new MemoryIndex(shard);
    private final List<AuditEvent> events = new ArrayList<>();
    private final FanOutQueryEngine engine = Ask.engine(
            List.of(shard),
            List.of(),
            List.<ShardIndex>of(index),
            ShardHistory.first(1),
            CursorKey.random(),
            QueryLimits.DEFAULT);

    private void fill(Random random) {
        for (int block = 0; block < BLOCKS; block++) {
            List<AuditEvent> ofBlock = new ArrayList<>();
            for (int i = 0; i < EVENTS_OF_A_BLOCK; i++) {
                long timeNs = block * 10L + random.nextInt(random.nextInt(50) == 0 ? 300 : 15);
                ofBlock.add(TestEvents.event(random.nextBoolean() ? "acme" : "globex", "s", "a", timeNs));
            }
            shard.append(Lane.STANDARD, ofBlock);
            events.addAll(ofBlock);
        }
        index.cover(0, BLOCKS);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void countsByTimeWhatIsThere(long seed) throws Exception {
        fill(new Random(seed));
        for (long intervalNs : new long[] {1, 7, 40, 150, 400, 5_000}) {
            EventFilter filter = EventFilter.all(TenantScope.only("acme"));
            SummaryAnswer.Summary answer = (SummaryAnswer.Summary) engine.summarize(
                    new SummaryQuery(filter, new TimeRange(null, null), new SummaryQuery.ByTime(intervalNs)));
            Map<Long, Long> found = new TreeMap<>();
            answer.groups().forEach(group -> found.put(group.fromNs(), group.count()));
            assertThat(found)
                    .as("steps of %s", intervalNs)
                    .isEqualTo(events.stream()
                            .filter(event -> event.tenant().equals("acme"))
                            .collect(Collectors.groupingBy(
                                    event -> Math.floorDiv(event.timeNs(), intervalNs) * intervalNs,
                                    TreeMap::new,
                                    Collectors.counting())));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void pagesThroughAllOfItInOrder(long seed) throws Exception {
        Random random = new Random(seed);
        fill(random);
        for (Order order : Order.values()) {
            List<Long> times = new ArrayList<>();
            String cursor = null;
            do {
                QueryAnswer.Page page = (QueryAnswer.Page) engine.query(Ask.query(
                        EventFilter.all(TenantScope.only("acme")), null, null, order, 1 + random.nextInt(90), cursor));
                for (StoredEvent stored : page.events()) {
                    times.add(stored.event().timeNs());
                }
                cursor = page.cursor();
            } while (cursor != null);
            Comparator<Long> wanted = order == Order.ASC ? Comparator.naturalOrder() : Comparator.reverseOrder();
            assertThat(times)
                    .isEqualTo(events.stream()
                            .filter(event -> event.tenant().equals("acme"))
                            .map(AuditEvent::timeNs)
                            .sorted(wanted)
                            .toList());
        }
    }
}
