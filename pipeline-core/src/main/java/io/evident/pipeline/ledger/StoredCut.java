package io.evident.pipeline.ledger;

import java.util.List;

/**
 * What one shard has stored since the start of the server, per tenant and lane, at one place between two blocks: the
 * counts and the sequences they belong to are of one moment. Immutable.
 */
public final class StoredCut {
    /**
     * A stretch of the shard's sequences, all of one incarnation.
     *
     * @param from its first sequence
     * @param through its last one; {@code from - 1} when there is none yet
     */
    public record Stretch(int incarnation, long from, long through) {
        /** How many sequences it has. */
        public long count() {
            return through - from + 1;
        }
    }

    private final int shard;
    private final List<Stretch> stretches;
    private final EventCounts stored;
    private final EventCounts leftOver;
    private final EventCounts folded;
    private final EventCounts known;

    StoredCut(
            int shard,
            List<Stretch> stretches,
            EventCounts stored,
            EventCounts leftOver,
            EventCounts folded,
            EventCounts known) {
        this.shard = shard;
        this.stretches = List.copyOf(stretches);
        this.stored = stored.copy();
        this.leftOver = leftOver.copy();
        this.folded = folded.copy();
        this.known = known.copy();
    }

    public int shard() {
        return shard;
    }

    /** The sequences whose events are counted; more than one stretch only when the shard went on in another journal. */
    public List<Stretch> stretches() {
        return stretches;
    }

    /** The last sequence that is counted; one less than the first when there is none. */
    public long through() {
        return stretches.get(stretches.size() - 1).through();
    }

    /** Events that got a sequence of this shard. */
    public long stored(LaneCounters counters) {
        return stored.get(counters);
    }

    /** Those of them that an earlier run of the server had left in its emergency journal, and that this one never received. */
    public long leftOver(LaneCounters counters) {
        return leftOver.get(counters);
    }

    /** Events of this run's emergency journal that need no folding any more. */
    public long folded(LaneCounters counters) {
        return folded.get(counters);
    }

    /** Those of them that had a sequence already and got no second one. */
    public long known(LaneCounters counters) {
        return known.get(counters);
    }
}
