package io.evident.sharding.query;

import static io.evident.sharding.TestEvents.oneOf;

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
import io.evident.pipeline.retention.Horizon;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.sharding.MemoryIndex;
import io.evident.sharding.MemoryShard;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.SlotRouter;
import io.evident.sharding.TestEvents;
import io.evident.sharding.query.fleet.SearchableShard;
import io.evident.sharding.query.fleet.ShardFleet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Random shards, blocks, events and questions, and what is known of them: events arrive, are indexed, expire and are removed,
 * and shards are added, whenever a test lets them.
 */
final class RandomFleet implements AutoCloseable {
    private final Random random;
    private final List<MemoryShard> shards = new ArrayList<>();
    private final List<MemoryIndex> indexes = new ArrayList<>();
    private final List<Integer> covered = new ArrayList<>();
    private final List<Oracle.Known> known = new ArrayList<>();
    private final int times;
    private final ReadHelpers helpers;
    private ShardHistory history;
    private SlotRouter router;
    private Horizon horizon = Horizon.NONE;

    /** With every third seed the query's own thread reads all; with the others, every page and count is cut to pieces. */
    RandomFleet(long seed) {
        random = new Random(seed);
        helpers = seed % 3 == 0 ? ReadHelpers.NONE : ReadHelpers.start(2, 1);
        history = ShardHistory.first(1 + random.nextInt(5));
        times = oneOf(random, List.of(1, 20, 1_000, 1_000_000));
        useHistory();
        appendBlocks(random.nextInt(60));
    }

    private void useHistory() {
        router = new SlotRouter(history.current());
        for (int i = shards.size(); i < router.shardCount(); i++) {
            shards.add(new MemoryShard(i));
            indexes.add(new MemoryIndex(shards.get(i)));
            covered.add(0);
        }
    }

    FanOutQueryEngine engine(QueryLimits limits) {
        return new FanOutQueryEngine(
                this::fleet, this::horizon, CursorKey.random(), limits, CacheLimits.DEFAULT, helpers);
    }

    private ShardFleet fleet() {
        List<SearchableShard> all = new ArrayList<>();
        for (int i = 0; i < shards.size(); i++) {
            all.add(new SearchableShard(shards.get(i), null, indexes.get(i)));
        }
        return new ShardFleet(all, history);
    }

    @Override
    public void close() {
        helpers.close();
    }

    Horizon horizon() {
        return horizon;
    }

    Random random() {
        return random;
    }

    /** What is stored and has not expired. */
    List<Oracle.Known> known() {
        return known.stream().filter(event -> !hasExpired(event)).toList();
    }

    List<Oracle.Known> expired() {
        return known.stream().filter(this::hasExpired).toList();
    }

    private boolean hasExpired(Oracle.Known event) {
        return event.sequence() < horizon.of(event.shard()).of(event.event().tenant());
    }

    void grow() {
        history = history.withShards(router.shardCount() + 1);
        useHistory();
    }

    void appendBlocks(int count) {
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

    /** Lets more expire, mostly a little, of some tenants in some shards; and removes some of what has. */
    void expireSome() {
        List<ShardHorizon> next = new ArrayList<>();
        // Shards that were added may not be known yet.
        int count = random.nextInt(4) == 0 ? shards.size() : Math.min(shards.size(), 2);
        for (int shard = 0; shard < count; shard++) {
            next.add(moved(horizon.of(shard), shards.get(shard).nextSequence()));
        }
        for (int shard = count; shard < shards.size(); shard++) {
            next.add(horizon.of(shard));
        }
        horizon = new Horizon(horizon.version() + 1, next);
        shards.forEach(this::removeSome);
    }

    private ShardHorizon moved(ShardHorizon from, long end) {
        Map<String, Long> named = new HashMap<>();
        from.named().forEach(tenant -> named.put(tenant, from.of(tenant)));
        if (random.nextInt(3) == 0) {
            String tenant = oneOf(random, TestEvents.TENANTS);
            named.put(tenant, moved(from.of(tenant), end));
        }
        return new ShardHorizon(random.nextBoolean() ? from.ofOthers() : moved(from.ofOthers(), end), named);
    }

    private long moved(long from, long end) {
        return random.nextInt(20) == 0 ? Math.max(from, end) : from + random.nextInt(6);
    }

    private void removeSome(MemoryShard shard) {
        for (int block = 0; block < shard.blockCount(); block++) {
            if (!shard.isFreed(block) && random.nextInt(3) == 0 && isExpired(shard, shard.block(block))) {
                shard.free(block);
                if (random.nextBoolean()) {
                    indexes.get(shard.shard()).drop(block);
                }
            }
        }
    }

    private boolean isExpired(MemoryShard shard, BlockInfo block) {
        return known.stream()
                .filter(event -> event.shard() == shard.shard()
                        && event.incarnation() == block.incarnation()
                        && event.sequence() >= block.firstSequence()
                        && event.sequence() <= block.lastSequence())
                .allMatch(this::hasExpired);
    }

    /** Lets some index cover some of the blocks that none covers, and lets another one lose a part. */
    void coverSome() {
        MemoryShard shard = oneOf(random, shards);
        MemoryIndex index = indexes.get(shard.shard());
        int first = covered.get(shard.shard()) + random.nextInt(2);
        int end = first;
        int incarnation = end < shard.blockCount() ? shard.block(end).incarnation() : 0;
        // Now and then of many runs of blocks.
        int blocks = random.nextInt(4) == 0 ? 100 : 6;
        while (end < shard.blockCount()
                && shard.block(end).incarnation() == incarnation
                && random.nextInt(blocks) > 0) {
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

    EventQuery randomQuery() {
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
}
