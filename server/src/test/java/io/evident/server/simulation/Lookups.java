package io.evident.server.simulation;

import io.evident.event.EventStamp;
import io.evident.event.EventView;
import io.evident.event.Receipt;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.index.ShardIndex;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EmergencyStore;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.retention.Horizon;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.query.CacheLimits;
import io.evident.sharding.query.CursorKey;
import io.evident.sharding.query.FanOutQueryEngine;
import io.evident.sharding.query.QueryLimits;
import io.evident.sharding.query.ReadHelpers;
import io.evident.sharding.query.fleet.SearchableShard;
import io.evident.sharding.query.fleet.ShardFleet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Contract 8 in one life: what was acknowledged is in one of the journals, and the real queries find it once. */
final class Lookups {
    private final World world;
    private final List<BlockSource> sources;
    private final List<EmergencyStore> emergencies;
    private final FanOutQueryEngine queries;

    Lookups(World world, List<BlockSource> sources, List<EmergencyStore> emergencies) {
        this.world = world;
        this.sources = sources;
        this.emergencies = emergencies;
        List<SearchableShard> shards = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            shards.add(new SearchableShard(sources.get(i), emergencies.get(i).blocks(), ShardIndex.none()));
        }
        ShardFleet fleet = new ShardFleet(shards, ShardHistory.first(sources.size()));
        this.queries = new FanOutQueryEngine(
                () -> fleet,
                () -> Horizon.NONE,
                CursorKey.random(),
                QueryLimits.DEFAULT,
                CacheLimits.DEFAULT,
                ReadHelpers.NONE);
    }

    /** What was acknowledged is in one of the journals. */
    void requireVisible(Sending sending) {
        Claimed claimed = sending.claimed();
        Identity at = claimed.identity() == null ? claimed.position() : claimed.identity();
        if (at == null) {
            return;
        }
        BlockSource source = sources.get(at.shard());
        long position = Receipt.emergencyPositionOf(at.sequence());
        boolean visible = position == 0
                ? source.blockCount() > 0
                        && source.block(source.blockCount() - 1).lastSequence() >= at.sequence()
                : source.foldedThrough(source.blockCount()) >= position
                        || emergencies.get(at.shard()).blocks().blocks().stream()
                                .anyMatch(
                                        block -> block.firstSequence() <= position && position <= block.lastSequence());
        if (!visible) {
            world.oracle().wrong("contract 8: acknowledged at " + at + ", and not to be found: " + sending);
        }
    }

    /** Something acknowledged is found once, by the real queries. */
    void findOne() {
        List<Sending> sendings = world.oracle().sendings();
        if (sendings.isEmpty()) {
            return;
        }
        Sending sending = sendings.get(world.random().nextInt(sendings.size()));
        if (sending.claimed().promise() == Claimed.Promise.NOTHING) {
            return;
        }
        try {
            find(sending);
        } catch (IOException e) {
            // What a failed force dropped is gone while its shard is still open.
            if (!world.oracle().journaledMayBeLost()) {
                world.oracle().wrong("contract 8: a query fails: " + e);
            }
        }
    }

    private void find(Sending sending) throws IOException {
        Claimed claimed = sending.claimed();
        List<StoredEvent> found = queries.find(
                claimed.promised().id(), TenantScope.only(claimed.promised().tenant(), "nobody"));
        boolean once = found.size() == 1
                || (found.size() == 2 && (claimed.wasInDoubt() || world.oracle().machineLost()));
        boolean lost = found.isEmpty()
                && claimed.promise() == Claimed.Promise.JOURNALED
                && world.oracle().journaledMayBeLost();
        if (!lost && !once) {
            world.oracle().wrong("contract 8: found " + found.size() + " times: " + sending);
        } else if (!lost
                && !claimed.promised().hasSameBytes(unstamped(found.get(0).event()))) {
            world.oracle().wrong("contract 8: found with other content: " + sending);
        }
    }

    private static EventView unstamped(EventView event) {
        EventStamp.unstamp(event);
        return event;
    }
}
