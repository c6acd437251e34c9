package io.evident.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardMapTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 16, 100, 1000, 4095, 4096})
    void dividesTheSlotsEvenlyAndInOrder(int shards) {
        ShardMap map = ShardMap.first(shards);
        int[] slots = new int[shards];
        for (int slot = 0; slot < SlotHash.SLOTS; slot++) {
            slots[map.shardOf(slot)]++;
            assertThat(map.shardOf(slot)).isGreaterThanOrEqualTo(map.shardOf(Math.max(0, slot - 1)));
        }

        assertThat(IntStream.of(slots).max().orElseThrow()
                        - IntStream.of(slots).min().orElseThrow())
                .isLessThanOrEqualTo(1);
        assertThat(map.epoch()).isEqualTo(1);
        assertThat(map.shardCount()).isEqualTo(shards);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 4097})
    void refusesANumberOfShardsOutOfRange(int shards) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShardMap.first(shards))
                .withMessageContaining("1 to 4096");
    }

    @Test
    void routesByTheCurrentEpochAndAsksForThePastInAll() {
        ShardHistory history = new ShardHistory(List.of(ShardMap.first(2), allIn(2, 3, 2)));

        assertThat(new SlotRouter(history.current()).epoch()).isEqualTo(2);
        assertThat(history.current().shardOf(0)).isEqualTo(2);
        assertThat(history.shardsOf(0)).isEqualTo(bits(0, 2));
        assertThat(history.shardsOf(4095)).isEqualTo(bits(1, 2));
    }

    @Test
    void refusesEpochsThatDoNotFollowEachOther() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ShardHistory(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ShardHistory(List.of(allIn(2, 3, 0))))
                .withMessageContaining("epoch 1 is missing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ShardHistory(List.of(ShardMap.first(3), allIn(2, 2, 0))))
                .withMessageContaining("fewer");
    }

    private static ShardMap allIn(int epoch, int shards, int shard) {
        int[] slots = new int[SlotHash.SLOTS];
        java.util.Arrays.fill(slots, shard);
        return ShardMap.of(epoch, shards, slots);
    }

    private static BitSet bits(int... shards) {
        BitSet bits = new BitSet();
        IntStream.of(shards).forEach(bits::set);
        return bits;
    }
}
