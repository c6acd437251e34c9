package io.evident.sharding;

import java.util.Arrays;

/** Which shard each slot belongs to, in one epoch. Immutable. */
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

    /** The number of shards, 1 to {@link #MAX_SHARDS}. */
    public int shardCount() {
        return shardCount;
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
        return "epoch " + epoch + " with " + shardCount + " shards";
    }
}
