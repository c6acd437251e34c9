package io.evident.load.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexRingTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 1_000})
    void givesEachNumberOnceUntilItIsGivenBack(int numbers) {
        IndexRing ring = new IndexRing(numbers, true);
        for (int round = 0; round < 3; round++) {
            List<Integer> taken = new ArrayList<>();
            while (ring.free() > 0) {
                taken.add(ring.take());
            }
            assertThat(taken).hasSize(numbers).doesNotHaveDuplicates().allMatch(number -> number < numbers);
            taken.forEach(ring::giveBack);
            assertThat(ring.free()).isEqualTo(numbers);
        }
    }

    @Test
    void hasAtLeastSoManyNumbersWhenItMayHaveMore() {
        assertThat(new IndexRing(5, false).free()).isEqualTo(8);
        assertThat(new IndexRing(8, false).capacity()).isEqualTo(8);
    }
}
