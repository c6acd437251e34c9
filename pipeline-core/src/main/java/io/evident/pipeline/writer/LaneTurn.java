package io.evident.pipeline.writer;

import io.evident.event.Lane;
import java.util.Arrays;

/**
 * Whose turn it is. CRITICAL goes first; when it has written its budget of blocks one after the other and a lower lane has
 * something, that gets a single block, and then it is CRITICAL's turn again: so a CRITICAL event waits for at most one
 * lower block, whatever came before. The lower lanes share their turns in rounds, each by its budget, so that none starves.
 */
final class LaneTurn {
    private static final int CRITICAL = Lane.CRITICAL.ordinal();

    private final int[] budgets;
    private final int[] used = new int[Lane.count()];

    /**
     * @param budgets blocks by the lane's order, each at least 1: of CRITICAL in a row, of the others per round
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
        if (pending[CRITICAL] && used[CRITICAL] < budgets[CRITICAL]) {
            used[CRITICAL]++;
            return Lane.CRITICAL;
        }
        Lane lower = nextLower(pending);
        if (lower == null) {
            return pending[CRITICAL] ? Lane.CRITICAL : null;
        }
        used[CRITICAL] = 0;
        used[lower.ordinal()]++;
        return lower;
    }

    private Lane nextLower(boolean[] pending) {
        Lane lane = withinRound(pending);
        if (lane == null) {
            Arrays.fill(used, CRITICAL + 1, used.length, 0);
            lane = withinRound(pending);
        }
        return lane;
    }

    private Lane withinRound(boolean[] pending) {
        for (int i = CRITICAL + 1; i < used.length; i++) {
            if (pending[i] && used[i] < budgets[i]) {
                return Lane.ofCode(i);
            }
        }
        return null;
    }
}
