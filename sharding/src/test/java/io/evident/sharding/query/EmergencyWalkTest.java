package io.evident.sharding.query;

import static io.evident.sharding.TestEvents.oneOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.EventQuery.Order;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.sharding.MemoryEmergency;
import io.evident.sharding.MemoryShard;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.SlotRouter;
import io.evident.sharding.TestEvents;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The engine against {@link Oracle} while events are in emergency journals and are folded.
 *
 * <p>What a walk over pages guarantees: its times never turn back; an event that is not folded meanwhile is seen exactly
 * once, and so is one that is folded, unless a page ended at an event of the same time in the same shard. Only among those
 * does a fold move it, as it gets its sequence: then it may be seen again, or be passed over.
 */
class EmergencyWalkTest {
    private static final int WALKS = 12;
    /** More than any walk has to get. */
    private static final int ENDLESS_EVENTS = 20_000;

    private static final int CHANGES_OF_A_WALK = 10;

    private final List<MemoryShard> shards = new ArrayList<>();
    private final List<MemoryEmergency> emergencies = new ArrayList<>();
    /** Blocks that are not folded, by shard, the oldest first. */
    private final List<Deque<List<AuditEvent>>> pending = new ArrayList<>();

    private final Map<UUID, Oracle.Known> known = new LinkedHashMap<>();
    private final Set<UUID> folded = new HashSet<>();
    private Random random;
    private SlotRouter router;
    private FanOutQueryEngine engine;
    private int times;

    static IntStream seeds() {
        return IntStream.range(0, 30);
    }

    private void begin(long seed) {
        random = new Random(seed);
        ShardHistory history = ShardHistory.first(1 + random.nextInt(3));
        router = new SlotRouter(history.current());
        times = oneOf(random, List.of(1, 3, 20, 1_000_000));
        for (int i = 0; i < router.shardCount(); i++) {
            shards.add(new MemoryShard(i));
            emergencies.add(new MemoryEmergency(shards.get(i)));
            pending.add(new ArrayDeque<>());
        }
        engine = Ask.engine(
                List.copyOf(shards), List.copyOf(emergencies), history, CursorKey.random(), QueryLimits.DEFAULT);
        for (int i = random.nextInt(60); i >= 0; i--) {
            step();
        }
    }

    /** One thing that happens to a shard. */
    private void step() {
        int shard = random.nextInt(shards.size());
        int what = random.nextInt(20);
        if (what < 5) {
            List<AuditEvent> events = eventsOf(shard);
            Lane lane = oneOf(random, List.of(Lane.values()));
            know(shard, events, shards.get(shard).append(lane, events), false);
        } else if (what < 12) {
            List<AuditEvent> events = eventsOf(shard);
            know(shard, events, emergencies.get(shard).append(events), true);
            pending.get(shard).add(events);
        } else if (what < 16) {
            fold(shard);
        } else if (what < 19) {
            emergencies.get(shard).discardFolded();
        } else {
            emergencies.get(shard).nextIncarnation();
        }
    }

    private void fold(int shard) {
        BlockInfo block = emergencies.get(shard).foldNext();
        if (block != null) {
            List<AuditEvent> events = pending.get(shard).remove();
            know(shard, events, block, false);
            events.forEach(event -> folded.add(event.id()));
        }
    }

    private void know(int shard, List<AuditEvent> events, BlockInfo block, boolean isEmergency) {
        for (int i = 0; i < events.size(); i++) {
            long sequence = block.firstSequence() + i;
            known.put(
                    events.get(i).id(),
                    new Oracle.Known(
                            events.get(i), shard, block.incarnation(), isEmergency ? -1 - sequence : sequence));
        }
    }

    private List<AuditEvent> eventsOf(int shard) {
        List<AuditEvent> events = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        while (events.size() < count) {
            AuditEvent event = TestEvents.random(random, times);
            if (router.shardOf(TestEvents.view(event)) == shard) {
                events.add(event);
            } else if (random.nextInt(20) == 0) {
                // A shard that none of the few keys belongs to.
                event = ofAnyActor(shard);
                events.add(event);
            }
        }
        return events;
    }

    private AuditEvent ofAnyActor(int shard) {
        for (int i = 0; ; i++) {
            AuditEvent event = TestEvents.event("acme", null, "filler-" + i, random.nextInt(times))
                    .withId(new UUID(random.nextLong(), random.nextLong()));
            if (router.shardOf(TestEvents.view(event)) == shard) {
                return event;
            }
        }
    }

    private EventQuery query() {
        TenantScope scope = oneOf(
                random,
                List.of(TenantScope.allButSystem(), TenantScope.only("acme", "globex"), TenantScope.only("acme")));
        boolean streamed = random.nextInt(5) == 0;
        EventFilter filter = Ask.filter(
                scope,
                streamed ? "acme" : null,
                streamed ? oneOf(random, TestEvents.STREAMS) : null,
                null,
                random.nextInt(4) == 0 ? oneOf(random, TestEvents.ACTIONS) : null,
                null,
                null,
                null,
                null);
        Long from = random.nextInt(3) == 0 ? (Long) (long) (random.nextInt(times) - times / 2) : null;
        return Ask.query(filter, from, null, oneOf(random, List.of(Order.values())), 1 + random.nextInt(7), null);
    }

    private QueryAnswer.Page ask(EventQuery query, String cursor) throws IOException {
        return (QueryAnswer.Page) engine.query(Ask.query(
                query.filter(), query.range().fromNs(), query.range().toNs(), query.order(), query.limit(), cursor));
    }

    private List<Oracle.Known> expected(EventQuery query) {
        return Oracle.answer(List.copyOf(known.values()), query);
    }

    private static UUID idOf(StoredEvent event) {
        return new UUID(event.event().idHigh(), event.event().idLow());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void contract8_pagesThroughBothJournalsInOrder(long seed) throws IOException {
        begin(seed);
        for (int i = 0; i < WALKS; i++) {
            EventQuery query = query();
            List<String> got = new ArrayList<>();
            String cursor = null;
            do {
                QueryAnswer.Page page = ask(query, cursor);
                page.events().forEach(event -> got.add(Oracle.identity(event)));
                cursor = page.cursor();
                assertThat(got).as("a walk without end: %s", query).hasSizeLessThan(ENDLESS_EVENTS);
            } while (cursor != null);

            assertThat(got)
                    .as("%s", query)
                    .isEqualTo(
                            expected(query).stream().map(Oracle.Known::identity).toList());
            step();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void contract8_findsEveryEventByItsIdOnceWhereverItIs(long seed) throws IOException {
        begin(seed);
        for (Oracle.Known each : List.copyOf(known.values())) {
            TenantScope scope = TenantScope.only(each.event().tenant());
            assertThat(engine.find(each.event().id(), scope))
                    .extracting(Oracle::identity)
                    .containsExactly(known.get(each.event().id()).identity());
            assertThat(engine.find(each.event().id(), TenantScope.only("another")))
                    .isEmpty();
            if (random.nextInt(5) == 0) {
                step();
            }
        }
    }

    /** Where a walk's pages ended: time and shard. */
    private record Seam(long timeNs, int shard) {}

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void contract8_losesAndDoublesNothingBetweenPagesThatAFoldDoesNotMove(long seed) throws IOException {
        begin(seed);
        for (int i = 0; i < WALKS; i++) {
            EventQuery query = query();
            List<Oracle.Known> before = expected(query);
            folded.clear();
            Set<Seam> seams = new HashSet<>();
            List<StoredEvent> got = new ArrayList<>();
            int changes = 0;
            String cursor = null;
            do {
                QueryAnswer.Page page = ask(query, cursor);
                got.addAll(page.events());
                cursor = page.cursor();
                assertThat(got).as("a walk without end: %s", query).hasSizeLessThan(ENDLESS_EVENTS);
                if (cursor != null) {
                    StoredEvent last = got.get(got.size() - 1);
                    seams.add(new Seam(last.event().timeNs(), last.shard()));
                }
                for (int j = random.nextInt(3); j > 0 && changes < CHANGES_OF_A_WALK; j--) {
                    changes++;
                    step();
                    fold(random.nextInt(shards.size()));
                }
            } while (cursor != null);

            assertWalk(query, before, got, seams);
        }
    }

    private void assertWalk(EventQuery query, List<Oracle.Known> before, List<StoredEvent> got, Set<Seam> seams) {
        Map<UUID, Integer> seen = new LinkedHashMap<>();
        got.forEach(event -> seen.merge(idOf(event), 1, Integer::sum));
        for (Oracle.Known each : before) {
            UUID id = each.event().id();
            boolean moved =
                    folded.contains(id) && seams.contains(new Seam(each.event().timeNs(), each.shard()));
            if (!moved) {
                assertThat(seen.getOrDefault(id, 0))
                        .as("how often %s is seen by %s; folded meanwhile: %s", each, query, folded.contains(id))
                        .isEqualTo(1);
            }
        }
        seen.forEach((id, times) -> {
            Oracle.Known each = known.get(id);
            assertThat(Oracle.matches(query.filter(), each.event()))
                    .as("%s, %s", query, each)
                    .isTrue();
            assertThat(times == 1
                            || (folded.contains(id)
                                    && seams.contains(new Seam(each.event().timeNs(), each.shard()))))
                    .as("%s is seen %s times by %s", each, times, query)
                    .isTrue();
        });
        assertThat(got)
                .extracting(event -> event.event().timeNs())
                .isSortedAccordingTo(
                        query.order() == Order.ASC
                                ? java.util.Comparator.naturalOrder()
                                : java.util.Comparator.reverseOrder());
    }
}
