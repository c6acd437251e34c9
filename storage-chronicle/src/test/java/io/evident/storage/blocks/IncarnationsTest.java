package io.evident.storage.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncarnationsTest {
    private final Incarnations incarnations = new Incarnations();

    private record Row(int incarnation, long first, long last) {}

    @Test
    void knowsNoneWhileThereIsNoBlock() {
        assertThat(incarnations.of(0)).isEqualTo(-1);
    }

    @Test
    void theLatestCountsWhereSequencesComeAgain() {
        incarnations.add(1, 0, 9);
        incarnations.add(2, 5, 6);
        assertThat(incarnations.of(4)).isEqualTo(1);
        assertThat(incarnations.of(5)).isEqualTo(2);
        assertThat(incarnations.of(6)).isEqualTo(2);
        assertThat(incarnations.of(7)).isEqualTo(1);
        assertThat(incarnations.of(9)).isEqualTo(1);
        assertThat(incarnations.of(10)).isEqualTo(-1);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void tellsTheIncarnationOfEveryBlock(long seed) {
        Random random = new Random(seed);
        List<Row> blocks = new ArrayList<>();
        long next = 0;
        int incarnation = 1;
        for (int i = 0; i < 2_000; i++) {
            if (random.nextInt(50) == 0) {
                incarnation += 1 + random.nextInt(3);
                next += random.nextInt(20);
            }
            long last = next + random.nextInt(5);
            incarnations.add(incarnation, next, last);
            blocks.add(new Row(incarnation, next, last));
            next = last + 1;
        }
        for (Row block : blocks) {
            assertThat(incarnations.of(block.first())).isEqualTo(block.incarnation());
            assertThat(incarnations.of(block.last())).isEqualTo(block.incarnation());
        }
    }
}
