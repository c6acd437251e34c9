package io.evident.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How slots move when a data directory grows or shrinks. */
class ShardMapGrowthTest {
    @ParameterizedTest
    @CsvSource({"1,2", "2,3", "4,5", "4,8", "4,64", "3,4096", "4096,1", "8,4", "7,3", "4,4"})
    void givesEveryShardItsShareAndMovesNoMoreThanItMust(int before, int after) {
        ShardMap map = ShardMap.first(before);
        check("from " + before, map, map.withShards(after), after);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void staysEvenMinimalAndKnownOverAnySequenceOfChanges(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ShardHistory history = ShardHistory.first(1 + random.nextInt(9));
        for (int change = 0; change < 12; change++) {
            int shards = 1 + random.nextInt(random.nextInt(10) == 0 ? 4096 : 80);
            ShardHistory next = history.withShards(shards);

            assertThat(next.epochs().subList(0, history.epochs().size()))
                    .as("seed %d: earlier epochs stay", seed)
                    .isEqualTo(history.epochs());
            check("seed " + seed + ", change " + change, history.current(), next.current(), shards);
            history = next;
        }
    }

    static long[] seeds() {
        return IntStream.rangeClosed(1, 200).mapToLong(seed -> seed).toArray();
    }

    private static void check(String what, ShardMap before, ShardMap after, int shards) {
        int[] had = counts(before, after.shardCount());
        int[] has = counts(after, after.shardCount());
        assertThat(after.epoch()).as(what).isEqualTo(before.epoch() + 1);
        assertThat(after.shardCount()).as(what).isEqualTo(Math.max(before.shardCount(), shards));
        assertThat(after.activeShards()).as(what).isEqualTo(shards);
        for (int shard = 0; shard < has.length; shard++) {
            boolean even = shard < shards
                    ? has[shard] == 4096 / shards || has[shard] == (4096 + shards - 1) / shards
                    : has[shard] == 0;
            if (!even) {
                throw new AssertionError(what + ": shard " + shard + " has " + has[shard] + " slots");
            }
        }
        assertThat(after.slotsOf(has.length - 1)).as(what).isEqualTo(has[has.length - 1]);
        assertThat(before.slotsMovedTo(after)).as("%s: slots moved", what).isEqualTo(fewestMoves(had, shards));
        for (int slot = 0; slot < SlotHash.SLOTS; slot++) {
            int from = before.shardOf(slot);
            int to = after.shardOf(slot);
            if (from != to && (has[from] >= had[from] || has[to] <= had[to])) {
                throw new AssertionError(what + ": slot " + slot + " moved from " + from + " to " + to
                        + ", though the one had not too many or the other not too few");
            }
        }
        assertThat(before.withShards(shards)).as("%s: the same again", what).isEqualTo(after);
    }

    /** By the plainest reasoning: the richest keep the larger shares, and everything above a share has to go. */
    private static int fewestMoves(int[] had, int shards) {
        int[] remaining = Arrays.copyOf(had, shards);
        Arrays.sort(remaining);
        int stay = 0;
        for (int i = 0; i < shards; i++) {
            boolean larger = i >= shards - 4096 % shards;
            stay += Math.min(remaining[i], 4096 / shards + (larger ? 1 : 0));
        }
        return 4096 - stay;
    }

    private static int[] counts(ShardMap map, int shards) {
        int[] counts = new int[shards];
        for (int slot = 0; slot < SlotHash.SLOTS; slot++) {
            counts[map.shardOf(slot)]++;
        }
        return counts;
    }

    @Test
    void keepsItsFormatWithShardsThatWereGivenUp() throws Exception {
        ShardHistory history = ShardHistory.first(4).withShards(8).withShards(3).withShards(5);

        assertThat(ShardMapJson.read(ShardMapJson.write(history))).isEqualTo(history);
        assertThat(history.current().shardCount()).isEqualTo(8);
    }

    @Test
    void asksForASlotInEveryShardThatEverHadIt() {
        ShardHistory history = ShardHistory.first(2).withShards(4).withShards(2);

        for (int slot = 0; slot < SlotHash.SLOTS; slot++) {
            for (ShardMap map : history.epochs()) {
                assertThat(history.shardsOf(slot).get(map.shardOf(slot))).isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "-3", "4097"})
    void refusesANumberOfShardsOutOfRange(int shards) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShardMap.first(2).withShards(shards))
                .withMessageContaining("1 to 4096");
    }
}
