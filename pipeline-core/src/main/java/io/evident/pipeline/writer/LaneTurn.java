package io.evident.pipeline.writer;

import io.evident.event.Lane;

/**
 * Whose turn it is: the most urgent lane that has something and has not used up its blocks of this round. A round ends
 * when every lane with something has used up its own; so a CRITICAL event waits for at most one lower block while its
 * lane keeps to its budget, and no lane starves.
 */
final class LaneTurn {
    private final int[] budgets;
    private final int[] used = new int[Lane.count()];

    /**
     * @param budgets blocks per round, by the lane's order, each at least 1
     */
    LaneTurn(int[] budgets) {
        this.budgets = budgets.clone();
    }

    /**
     * The lane to write the next block of.
     *
     * @param pending by the lane's order, whether it has something
     * @return {@code null} when none has
     */
    Lane next(boolean[] pending) {
        Lane lane = within(pending);
        if (lane == null) {
            java.util.Arrays.fill(used, 0);
            lane = within(pending);
        }
        if (lane != null) {
            used[lane.ordinal()]++;
        }
        return lane;
    }

    private Lane within(boolean[] pending) {
        for (int i = 0; i < used.length; i++) {
            if (pending[i] && used[i] < budgets[i]) {
                return Lane.ofCode(i);
            }
        }
        return null;
    }
}
