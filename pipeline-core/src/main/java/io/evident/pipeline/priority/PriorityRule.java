package io.evident.pipeline.priority;

import java.util.Objects;

/**
 * One named rule: what it adds to the score of an event for which its condition holds.
 *
 * @param points -1,000,000 to 1,000,000
 */
public record PriorityRule(String name, int points, Condition condition) {
    private static final int MAX_POINTS = 1_000_000;

    public PriorityRule {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(condition, "condition");
        if (points < -MAX_POINTS || points > MAX_POINTS) {
            throw new IllegalArgumentException(
                    "rule " + name + ": points " + points + " are not within +-" + MAX_POINTS);
        }
    }
}
