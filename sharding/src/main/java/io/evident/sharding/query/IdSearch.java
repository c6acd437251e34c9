package io.evident.sharding.query;

import io.evident.event.EventView;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.EventMatcher;
import io.evident.pipeline.index.EventSet;
import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.FailedVolumeException;
import io.evident.pipeline.journal.RemovedEventException;
import io.evident.pipeline.query.PartlyUnreadableException;
import io.evident.pipeline.query.StoredEvent;
import io.evident.sharding.query.fleet.BlockStretch;
import io.evident.sharding.query.fleet.FoundEvent;
import io.evident.sharding.query.fleet.ShardView;
import io.evident.sharding.query.fleet.VisibleBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * One look-up of an id on its way: in what the index covers, and in what has to be read. For one thread and one use.
 */
final class IdSearch {
    private final UUID id;
    private final EventMatcher matcher;
    private final boolean isOneTenant;
    private final QueryBudget budget;
    private final BlockVisits visits;
    private final List<StoredEvent> events = new ArrayList<>();

    IdSearch(UUID id, TenantScope scope, QueryLimits limits) {
        this.id = id;
        EventFilter filter = EventFilter.all(scope);
        this.matcher = new EventMatcher(filter);
        this.isOneTenant = filter.soleTenant() != null;
        this.budget = new QueryBudget(filter, true, limits);
        this.visits = new BlockVisits(budget, scope);
    }

    /**
     * Looks through shards.
     *
     * @throws PartlyUnreadableException when it was not found, and may be in what cannot be read
     * @throws IOException when a block that may hold it cannot be read, or all that would have to be read is too much
     */
    List<StoredEvent> run(List<ShardView> shards) throws IOException {
        for (ShardView shard : shards) {
            for (IndexPart part : shard.parts()) {
                if (isOver()) {
                    return events;
                }
                if (!budget.hasTime()) {
                    throw tooBroad();
                }
                look(shard, part);
            }
        }
        for (VisibleBlock block : emergency(shards)) {
            if (isOver()) {
                return events;
            }
            visit(block);
        }
        for (BlockStretch stretch : unindexed(shards)) {
            List<VisibleBlock> blocks = stretch.blocks();
            for (int i = blocks.size() - 1; i >= 0; i--) {
                if (isOver()) {
                    return events;
                }
                visit(blocks.get(i));
            }
        }
        if (events.isEmpty()) {
            requireAllReadable(shards);
        }
        return events;
    }

    private static List<VisibleBlock> emergency(List<ShardView> shards) {
        return shards.stream().flatMap(shard -> shard.emergency().stream()).toList();
    }

    /** What has to be read, the latest first. */
    private static List<BlockStretch> unindexed(List<ShardView> shards) {
        return shards.stream()
                .flatMap(shard -> shard.uncovered().stream())
                .sorted(Comparator.comparingLong(BlockStretch::maxTimeNs).reversed())
                .toList();
    }

    /** Whether nothing more can be found: ids are unique per tenant. */
    private boolean isOver() {
        return isOneTenant && !events.isEmpty();
    }

    private void look(ShardView shard, IndexPart part) throws IOException {
        EventSet candidates = part.withId(id);
        for (int event = candidates.next(0); event >= 0; ) {
            FoundEvent found = shard.found(part.place(event));
            try {
                StoredEvent stored = found.read();
                if (isWanted(stored.event()) && !found.isHidden(stored)) {
                    events.add(stored);
                }
            } catch (RemovedEventException e) {
                // Whatever id it had: it has expired, and by the horizon at hand, or that has to be asked for again.
                if (shard.horizon().hidesNothingFrom(found.place().sequence())) {
                    throw e;
                }
            } catch (FailedVolumeException e) {
                visits.unreadable().add(e.part());
            }
            event = event + 1 < part.events() ? candidates.next(event + 1) : -1;
        }
    }

    private void visit(VisibleBlock block) throws IOException {
        boolean visited = visits.visit(block, reader -> {
            consider(block, reader);
            return !isOver();
        });
        if (!visited) {
            throw tooBroad();
        }
    }

    private IOException tooBroad() {
        return new IOException("event " + id + ": " + budget.refusal().detail());
    }

    private void consider(VisibleBlock block, BlockReader reader) {
        if (isWanted(reader.event())) {
            long sequence = block.sequence(reader.sequence());
            events.add(StoredEvent.copyOf(reader.event(), block.shard(), block.info(), sequence));
        }
    }

    private boolean isWanted(EventView event) {
        return event.idHigh() == id.getMostSignificantBits()
                && event.idLow() == id.getLeastSignificantBits()
                && matcher.matches(event);
    }

    /** It may be in what cannot be read: then nobody may be told that there is no such event. */
    private void requireAllReadable(List<ShardView> shards) throws PartlyUnreadableException {
        shards.forEach(shard -> shard.unreadable().forEach(visits.unreadable()::add));
        if (!visits.unreadable().isEmpty()) {
            throw new PartlyUnreadableException(visits.unreadable().parts());
        }
    }
}
