package io.evident.pipeline.priority;

import io.evident.event.EventView;
import io.evident.event.Lane;
import java.util.List;

/**
 * Gives an event its score and its lane: the score is the base plus the points of all rules that match. Immutable and
 * thread-safe; called once per event by network threads.
 */
public final class PriorityPolicy {
    private final int base;
    private final int criticalFrom;
    private final int elevatedFrom;
    private final PriorityRule[] rules;

    /**
     * @param base the score of an event that no rule matches
     * @param criticalFrom lowest score of {@link Lane#CRITICAL}
     * @param elevatedFrom lowest score of {@link Lane#ELEVATED}
     */
    public PriorityPolicy(int base, int criticalFrom, int elevatedFrom, List<PriorityRule> rules) {
        if (elevatedFrom > criticalFrom) {
            throw new IllegalArgumentException(
                    "ELEVATED begins at " + elevatedFrom + ", which is above CRITICAL at " + criticalFrom);
        }
        this.base = base;
        this.criticalFrom = criticalFrom;
        this.elevatedFrom = elevatedFrom;
        this.rules = rules.toArray(PriorityRule[]::new);
    }

    /**
     * The score of an event.
     *
     * @param timeNs the event's time, which is the receive time where the sender gave none
     */
    public int score(EventView event, long timeNs) {
        int score = base;
        for (PriorityRule rule : rules) {
            if (rule.condition().holds(event, timeNs)) {
                score += rule.points();
            }
        }
        return score;
    }

    /** The lane of a score. */
    public Lane laneOf(int score) {
        if (score >= criticalFrom) {
            return Lane.CRITICAL;
        }
        return score >= elevatedFrom ? Lane.ELEVATED : Lane.STANDARD;
    }
}
