package io.evident.pipeline.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaneTurnTest {
    private static boolean[] pending(boolean critical, boolean elevated, boolean standard) {
        return new boolean[] {critical, elevated, standard};
    }

    private static String order(LaneTurn turn, int blocks, boolean critical, boolean elevated, boolean standard) {
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < blocks; i++) {
            order.append(turn.next(pending(critical, elevated, standard)).name().charAt(0));
        }
        return order.toString();
    }

    @Test
    void nobodyHasATurnWhenNothingIsPending() {
        assertThat(new LaneTurn(new int[] {1, 1, 1}).next(pending(false, false, false)))
                .isNull();
    }

    @Test
    void theMostUrgentLaneIsFirst() {
        assertThat(new LaneTurn(new int[] {1, 1, 1}).next(pending(true, true, true)))
                .isEqualTo(Lane.CRITICAL);
        assertThat(new LaneTurn(new int[] {1, 1, 1}).next(pending(false, true, true)))
                .isEqualTo(Lane.ELEVATED);
        assertThat(new LaneTurn(new int[] {1, 1, 1}).next(pending(false, false, true)))
                .isEqualTo(Lane.STANDARD);
    }

    @Test
    void aSaturatedRoadServesEveryLaneByItsBudget() {
        assertThat(order(new LaneTurn(new int[] {4, 2, 1}), 24, true, true, true))
                .isEqualTo("CCCCECCCCECCCCSCCCCECCCC");
        assertThat(order(new LaneTurn(new int[] {4, 2, 1}), 6, false, true, true))
                .isEqualTo("EESEES");
    }

    @Test
    void aLaneAloneIsNeverHeldBack() {
        assertThat(order(new LaneTurn(new int[] {2, 1, 1}), 9, true, false, false))
                .isEqualTo("CCCCCCCCC");
        assertThat(order(new LaneTurn(new int[] {2, 1, 1}), 5, false, false, true))
                .isEqualTo("SSSSS");
    }

    /** However the load has been before: between two turns of CRITICAL there is one block of a lower lane at most. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void contract5_aCriticalEventWaitsForAtMostOneLowerBlock(long seed) {
        Random random = new Random(seed);
        LaneTurn turn = new LaneTurn(new int[] {1 + random.nextInt(4), 1 + random.nextInt(4), 1 + random.nextInt(4)});
        int lowerBlocks = 0;
        int standardWaits = 0;
        for (int i = 0; i < 100_000; i++) {
            boolean critical = random.nextInt(3) > 0;
            boolean elevated = random.nextBoolean();
            Lane lane = turn.next(pending(critical, elevated, true));
            lowerBlocks = critical && lane != Lane.CRITICAL ? lowerBlocks + 1 : 0;
            standardWaits = lane == Lane.STANDARD ? 0 : standardWaits + 1;
            assertThat(lowerBlocks).as("seed %d, block %d", seed, i).isLessThanOrEqualTo(1);
            assertThat(standardWaits).as("seed %d, block %d", seed, i).isLessThanOrEqualTo(60);
        }
    }
}
