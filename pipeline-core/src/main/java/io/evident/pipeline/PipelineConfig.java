package io.evident.pipeline;

import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.pipeline.writer.BlockPlan;
import java.util.Arrays;
import java.util.Objects;

/**
 * The limits of the road. All of them are bounds on memory or time.
 *
 * @param laneCapacities slots of each lane of each shard, by the lane's order, powers of two
 * @param laneBudgets blocks of each lane per round of the writer, by the lane's order
 * @param block when a block is complete
 * @param overflowBytes memory for events larger than a slot, of all shards together
 * @param windowIds ids remembered at the least, to tell duplicates
 * @param windowMs how long an id is remembered at the least, as far as the count allows
 * @param writers most writer threads, from 1; there are never more than shards
 * @param minForceIntervalNs shortest time between two forces of a shard
 * @param maxForceIntervalNs longest time that journaled events stay unforced without anyone asking
 * @param maxTenants most tenants that are counted apart
 * @param tiers when events are answered whose sender names no tier
 */
public record PipelineConfig(
        LanePlan laneCapacities,
        LanePlan laneBudgets,
        BlockPlan block,
        long overflowBytes,
        int windowIds,
        long windowMs,
        int writers,
        long minForceIntervalNs,
        long maxForceIntervalNs,
        int maxTenants,
        TierPlan tiers) {
    /** One number for each lane. */
    public record LanePlan(int critical, int elevated, int standard) {
        int[] byLane() {
            int[] numbers = new int[Lane.count()];
            numbers[Lane.CRITICAL.ordinal()] = critical;
            numbers[Lane.ELEVATED.ordinal()] = elevated;
            numbers[Lane.STANDARD.ordinal()] = standard;
            return numbers;
        }
    }

    /** One tier for each lane. */
    public record TierPlan(Tier critical, Tier elevated, Tier standard) {
        /** As safe as one machine can make them. */
        public static final TierPlan SYNCED = new TierPlan(Tier.SYNCED, Tier.SYNCED, Tier.SYNCED);

        public TierPlan {
            Objects.requireNonNull(critical, "critical");
            Objects.requireNonNull(elevated, "elevated");
            Objects.requireNonNull(standard, "standard");
        }

        Tier[] byLane() {
            Tier[] tiers = new Tier[Lane.count()];
            tiers[Lane.CRITICAL.ordinal()] = critical;
            tiers[Lane.ELEVATED.ordinal()] = elevated;
            tiers[Lane.STANDARD.ordinal()] = standard;
            return tiers;
        }
    }

    public PipelineConfig {
        Objects.requireNonNull(tiers, "tiers");
        requirePositive("writers", writers);
        requirePositive("windowIds", windowIds);
        requirePositive("maxTenants", maxTenants);
        requirePositive("overflowBytes", overflowBytes);
        for (int capacity : laneCapacities.byLane()) {
            if (capacity < 2 || Integer.bitCount(capacity) != 1) {
                throw new IllegalArgumentException("lane capacity " + capacity + " is no power of two from 2 up");
            }
        }
        if (Arrays.stream(laneBudgets.byLane()).anyMatch(budget -> budget < 1)) {
            throw new IllegalArgumentException("a lane budget is below 1: " + laneBudgets);
        }
        if (minForceIntervalNs < 0 || minForceIntervalNs > maxForceIntervalNs) {
            throw new IllegalArgumentException("force intervals " + minForceIntervalNs + " to " + maxForceIntervalNs);
        }
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + ", which is below 1");
        }
    }
}
