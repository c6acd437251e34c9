package io.evident.sharding.tail;

import io.evident.event.EventView;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.EventMatcher;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.query.LiveTail;
import io.evident.pipeline.query.StoredEvent;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One follower and how far it has come. All but {@link #close} and {@link #isClosed} belongs to the tail's thread. */
final class Follow implements LiveTail.Following {
    private static final Logger LOG = LoggerFactory.getLogger(Follow.class);
    private static final long LAG_INTERVAL_NS = 1_000_000_000L;

    private final EventFilter filter;
    private final EventMatcher matcher;
    private final LiveTail.Follower follower;
    private TailPosition[] positions;
    private final Consumer<Follow> onClose;
    private boolean begun;
    private boolean unflushed;
    private boolean lagTold;
    private long lagToldAtNs;
    private volatile boolean closed;

    Follow(EventFilter filter, TailPosition[] positions, LiveTail.Follower follower, Consumer<Follow> onClose) {
        this.filter = filter;
        this.matcher = new EventMatcher(filter);
        this.positions = positions;
        this.follower = follower;
        this.onClose = onClose;
    }

    @Override
    public void close() {
        closed = true;
        onClose.accept(this);
    }

    EventFilter filter() {
        return filter;
    }

    TenantScope scope() {
        return filter.scope();
    }

    boolean isClosed() {
        return closed;
    }

    /** The block it is at; of a shard that was added since it began the first one. */
    int blockIndex(int shard) {
        return position(shard).blockIndex();
    }

    /** Moves on to a block of a shard: those between are gone. */
    void jumpTo(int shard, BlockSource source, int block) {
        position(shard).jumpTo(source, block);
    }

    private TailPosition position(int shard) {
        if (positions.length <= shard) {
            positions = TailPosition.over(positions, shard + 1);
        }
        return positions[shard];
    }

    /** Whether an event would be taken now. */
    boolean isReady() {
        if (closed) {
            return false;
        }
        try {
            return follower.isReady();
        } catch (RuntimeException e) {
            end(e);
            return false;
        }
    }

    /** Tells once where it begins, before all else. */
    void begin() {
        if (!begun && isReady()) {
            begun = true;
            try {
                follower.beginning(TailPosition.text(positions));
            } catch (RuntimeException e) {
                end(e);
            }
        }
    }

    /**
     * Hands over an event of the block this follower is at, if it wants it.
     *
     * @return false when the follower takes no more for now; it is still in front of this event then
     */
    boolean offer(int shard, BlockInfo block, long sequence, EventView event) {
        TailPosition position = positions[shard];
        if (position.isBehind(block, sequence)) {
            return true;
        }
        if (!matcher.matches(event)) {
            position.pass(block, sequence);
            return true;
        }
        begin();
        if (!isReady()) {
            return false;
        }
        StoredEvent stored = StoredEvent.copyOf(event, shard, block, sequence);
        position.pass(block, sequence);
        deliver(stored);
        return !closed;
    }

    /** Moves behind a block: nothing in it is wanted, or all of it has expired, or it is on a failed volume. */
    void skip(int shard, BlockInfo block) {
        positions[shard].pass(block, block.lastSequence());
    }

    private void deliver(StoredEvent event) {
        unflushed = true;
        try {
            follower.event(event, TailPosition.text(positions));
        } catch (RuntimeException e) {
            end(e);
        }
    }

    /** Ends a turn: passes on what was gathered, and tells now and then how far behind the follower is. */
    void endTurn(List<BlockSource> sources, int[] blockCounts, long nowNs) {
        try {
            if (unflushed && !closed) {
                unflushed = false;
                follower.flush();
            }
            boolean lagDue = !lagTold || nowNs - lagToldAtNs >= LAG_INTERVAL_NS;
            long eventsBehind = lagDue && !closed ? eventsBehind(sources, blockCounts) : 0;
            if (eventsBehind > 0) {
                lagTold = true;
                lagToldAtNs = nowNs;
                follower.lag(eventsBehind);
            }
        } catch (RuntimeException e) {
            end(e);
        }
    }

    private long eventsBehind(List<BlockSource> sources, int[] blockCounts) {
        long events = 0;
        // A shard that was added in the middle of a turn is looked at in the next one.
        for (int shard = 0; shard < Math.min(positions.length, blockCounts.length); shard++) {
            events += positions[shard].eventsBehind(sources.get(shard), blockCounts[shard]);
        }
        return events;
    }

    private void end(RuntimeException cause) {
        LOG.warn("a follower of the live tail failed; its following ends at {}", TailPosition.text(positions), cause);
        close();
    }
}
