package io.evident.sharding.query;

import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.FailedVolumeException;
import io.evident.pipeline.journal.RemovedEventException;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.sharding.query.fleet.BlockMovedException;
import io.evident.sharding.query.fleet.VisibleBlock;
import java.io.IOException;
import java.util.function.Predicate;

/** Reads blocks one after the other and says which one could not be read. One for each thread that reads for a query; not thread-safe. */
final class BlockVisits {
    private final BlockReader reader = new BlockReader();
    private final UnreadableParts unreadable = new UnreadableParts();
    private final QueryBudget budget;
    private final TenantScope scope;

    /** @param scope whose events are looked for */
    BlockVisits(QueryBudget budget, TenantScope scope) {
        this.budget = budget;
        this.scope = scope;
    }

    /**
     * Reads a block and shows its events one after the other, without those that have expired. One on a failed volume is noted in {@link #unreadable}.
     *
     * @param visitor looks at the reader's event; returns false to end the block early
     * @return false when it was not read, as that would cost more than the query may
     * @throws BlockMovedException when the shard has to be looked at again
     * @throws RemovedEventException likewise
     * @throws IOException when the block is damaged: a query must not pass it over in silence
     */
    boolean visit(VisibleBlock visible, Predicate<BlockReader> visitor) throws IOException {
        BlockInfo block = visible.info();
        // In the emergency journal nothing expires.
        ShardHorizon horizon =
                visible.isEmergency() ? ShardHorizon.NONE : visible.view().horizon();
        if (horizon.hidesAllThrough(block.lastSequence(), scope)) {
            return true;
        }
        if (!budget.takes(block.lengthBytes())) {
            return false;
        }
        try {
            visible.read(reader);
            while (reader.next() && (horizon.hides(reader.event(), reader.sequence()) || visitor.test(reader))) {
                // The visitor has taken what it wants.
            }
        } catch (BlockMovedException | RemovedEventException e) {
            throw e;
        } catch (FailedVolumeException e) {
            unreadable.add(e.part());
        } catch (IOException | IllegalStateException e) {
            throw new IOException(
                    "shard " + visible.shard() + (visible.isEmergency() ? ", emergency journal" : "")
                            + ": the block of segment " + block.segment() + " at " + block.position()
                            + " with sequences " + block.firstSequence() + " to " + block.lastSequence()
                            + " cannot be read: " + e.getMessage(),
                    e);
        }
        return true;
    }

    /** What could not be read. */
    UnreadableParts unreadable() {
        return unreadable;
    }
}
