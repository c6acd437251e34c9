package io.evident.sharding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Which shard each slot belongs to, in one epoch. A shard may have no slot: then it was given up, takes no new events, and
 * still holds those of earlier epochs. Immutable.
 */
public final class ShardMap {
    /** Most shards: one for each slot. */
    public static final int MAX_SHARDS = SlotHash.SLOTS;

    private final int epoch;
    private final int shardCount;
    private final short[] shardOfSlot;

    private ShardMap(int epoch, int shardCount, short[] shardOfSlot) {
        this.epoch = epoch;
        this.shardCount = shardCount;
        this.shardOfSlot = shardOfSlot;
    }

    /**
     * The map of epoch 1: each shard gets one run of neighbouring slots, and no shard more than one slot more than
     * another. A run per shard rather than a jump hash, because the hash has spread the keys over the slots already; what
     * is left to do is to divide 4096 slots, and this does it exactly where a jump hash does it by chance.
     *
     * @param shardCount 1 to {@link #MAX_SHARDS}
     * @throws IllegalArgumentException outside that range
     */
    public static ShardMap first(int shardCount) {
        requireShardCount(shardCount);
        short[] shards = new short[SlotHash.SLOTS];
        for (int slot = 0; slot < shards.length; slot++) {
            shards[slot] = (short) (slot * shardCount / SlotHash.SLOTS);
        }
        return new ShardMap(1, shardCount, shards);
    }

    /**
     * A map with a given table.
     *
     * @param epoch from 1
     * @param shardCount 1 to {@link #MAX_SHARDS}
     * @param shardOfSlot the shard of each of the {@link SlotHash#SLOTS} slots
     * @throws IllegalArgumentException when one of them is out of its range
     */
    public static ShardMap of(int epoch, int shardCount, int[] shardOfSlot) {
        requireShardCount(shardCount);
        if (epoch < 1) {
            throw new IllegalArgumentException("epoch " + epoch + ": epochs count from 1");
        }
        if (shardOfSlot.length != SlotHash.SLOTS) {
            throw new IllegalArgumentException(
                    "epoch " + epoch + " assigns " + shardOfSlot.length + " slots, there are " + SlotHash.SLOTS);
        }
        short[] shards = new short[SlotHash.SLOTS];
        for (int slot = 0; slot < shards.length; slot++) {
            if (shardOfSlot[slot] < 0 || shardOfSlot[slot] >= shardCount) {
                throw new IllegalArgumentException("epoch " + epoch + " assigns slot " + slot + " to shard "
                        + shardOfSlot[slot] + " of " + shardCount);
            }
            shards[slot] = (short) shardOfSlot[slot];
        }
        return new ShardMap(epoch, shardCount, shards);
    }

    /**
     * The map of the next epoch, in which the shards 0 to {@code shards} - 1 have all slots and no one more than one slot more
     * than another. No more slots move than have to: whoever has too many gives its last ones, all others stay. A shard that
     * loses all of them stays known. The same map and number always give the same next map.
     *
     * @param shards 1 to {@link #MAX_SHARDS}
     * @throws IllegalArgumentException outside that range
     */
    public ShardMap withShards(int shards) {
        requireShardCount(shards);
        int count = Math.max(shardCount, shards);
        int[] surplus = Arrays.copyOf(slotCounts(), count);
        int[] target = evenly(surplus, shards);
        for (int shard = 0; shard < shards; shard++) {
            surplus[shard] -= target[shard];
        }
        short[] next = shardOfSlot.clone();
        int receiver = 0;
        boolean[] moving = lastOnes(surplus);
        for (int slot = 0; slot < next.length; slot++) {
            if (moving[slot]) {
                while (surplus[receiver] >= 0) {
                    receiver++;
                }
                next[slot] = (short) receiver;
                surplus[receiver]++;
            }
        }
        return new ShardMap(epoch + 1, count, next);
    }

    /** How many slots each shard is to have: where they do not divide evenly, who has most now keeps one more. */
    private static int[] evenly(int[] has, int shards) {
        List<Integer> richestFirst = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
            richestFirst.add(shard);
        }
        richestFirst.sort(Comparator.comparingInt(shard -> -has[shard]));
        int[] target = new int[shards];
        for (int i = 0; i < shards; i++) {
            target[richestFirst.get(i)] = SlotHash.SLOTS / shards + (i < SlotHash.SLOTS % shards ? 1 : 0);
        }
        return target;
    }

    /** How many slots each shard has. */
    private int[] slotCounts() {
        int[] counts = new int[shardCount];
        for (short shard : shardOfSlot) {
            counts[shard]++;
        }
        return counts;
    }

    /** The slots that move: of every shard with a surplus the last ones, so that the others stay in long runs. */
    private boolean[] lastOnes(int[] surplus) {
        int[] left = surplus.clone();
        boolean[] moving = new boolean[SlotHash.SLOTS];
        for (int slot = moving.length - 1; slot >= 0; slot--) {
            int shard = shardOfSlot[slot];
            moving[slot] = left[shard] > 0;
            left[shard]--;
        }
        return moving;
    }

    private static void requireShardCount(int shardCount) {
        if (shardCount < 1 || shardCount > MAX_SHARDS) {
            throw new IllegalArgumentException(
                    "the number of shards is " + shardCount + ", it has to be 1 to " + MAX_SHARDS);
        }
    }

    /** The epoch, from 1. */
    public int epoch() {
        return epoch;
    }

    /** The number of shards that are known, those without slots counted too, 1 to {@link #MAX_SHARDS}. */
    public int shardCount() {
        return shardCount;
    }

    /** The number of shards that have slots, and so take new events. */
    public int activeShards() {
        return (int) Arrays.stream(slotCounts()).filter(slots -> slots > 0).count();
    }

    /** How many slots a shard has, 0 to {@link SlotHash#SLOTS}; 0 for one that was given up. */
    public int slotsOf(int shard) {
        return slotCounts()[shard];
    }

    /** How many slots belong to another shard in another map. */
    public int slotsMovedTo(ShardMap other) {
        int moved = 0;
        for (int slot = 0; slot < shardOfSlot.length; slot++) {
            moved += shardOfSlot[slot] != other.shardOfSlot[slot] ? 1 : 0;
        }
        return moved;
    }

    /** The shard of a slot, 0 to {@link #shardCount()} - 1. */
    public int shardOf(int slot) {
        return shardOfSlot[slot];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ShardMap that
                && epoch == that.epoch
                && shardCount == that.shardCount
                && Arrays.equals(shardOfSlot, that.shardOfSlot);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * epoch + shardCount) + Arrays.hashCode(shardOfSlot);
    }

    @Override
    public String toString() {
        return "epoch " + epoch + " with " + activeShards() + " shards";
    }
}
