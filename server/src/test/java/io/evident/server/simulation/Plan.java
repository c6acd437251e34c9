package io.evident.server.simulation;

import io.evident.event.Severity;
import io.evident.pipeline.PipelineConfig;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.priority.Condition;
import io.evident.pipeline.priority.PriorityPolicy;
import io.evident.pipeline.priority.PriorityRule;
import io.evident.pipeline.writer.BlockPlan;
import io.evident.pipeline.writer.EmergencyPlan;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * The measures of one run: small, so that lanes, blocks, overflow buffers and segments are full often.
 *
 * @param shards 1 or 2
 * @param clients connections that send
 * @param lives starts of the server before the last one
 * @param steps what happens in a life at the most
 * @param roomBytes room for blocks in a segment
 * @param othersRate how often another agent gets its turn inside an operation
 * @param largeRate how often an event is larger than a slot
 * @param emergency the limits of the emergency path
 * @param emergencyFiles how many files an emergency journal may have
 * @param backup whether it has a backup copy
 * @param criticalShare how many of a hundred new events are CRITICAL for certain
 */
record Plan(
        PipelineConfig config,
        int shards,
        int clients,
        int lives,
        int steps,
        int roomBytes,
        double othersRate,
        double largeRate,
        EmergencyPlan emergency,
        int emergencyFiles,
        boolean backup,
        int criticalShare) {
    /** Now and then nearly all events are large, so that an emergency journal can be full. */
    private static final int BURSTS = 25;

    private static final long OVERFLOW_BYTES = 300_000;
    private static final int WINDOW_IDS = 1_024;
    private static final long WINDOW_MS = TimeUnit.DAYS.toMillis(3_650);

    static Plan of(SplittableRandom random) {
        int shards = 1 + random.nextInt(2);
        boolean burst = random.nextInt(BURSTS) == 0;
        return new Plan(
                config(random),
                shards,
                1 + random.nextInt(4),
                2 + random.nextInt(3),
                30 + random.nextInt(170),
                4_096 << random.nextInt(6),
                random.nextInt(3) * 0.1,
                burst ? 0.9 : random.nextInt(3) * 0.05,
                new EmergencyPlan(
                        capacity(random),
                        burst ? 2 * OVERFLOW_BYTES : OVERFLOW_BYTES,
                        TimeUnit.MILLISECONDS.toNanos(1 + random.nextInt(50))),
                burst ? 1 : 1 + random.nextInt(3),
                random.nextInt(3) > 0,
                burst ? 90 : random.nextInt(3) * 30);
    }

    private static PipelineConfig config(SplittableRandom random) {
        long minForceNs = random.nextInt(3) * 500_000L;
        return new PipelineConfig(
                new PipelineConfig.LanePlan(capacity(random), capacity(random), capacity(random)),
                new PipelineConfig.LanePlan(4, 2, 1),
                new BlockPlan(1 + random.nextInt(12), Block.MIN_PAYLOAD_BYTES, 200_000),
                OVERFLOW_BYTES,
                WINDOW_IDS,
                WINDOW_MS,
                1,
                minForceNs,
                minForceNs + 2_000_000,
                8,
                PipelineConfig.TierPlan.SYNCED);
    }

    private static int capacity(SplittableRandom random) {
        return 2 << random.nextInt(4);
    }

    /** Severity decides for CRITICAL, the label {@code pci} for ELEVATED, as in the default profile. */
    static PriorityPolicy policy() {
        return new PriorityPolicy(
                100,
                800,
                400,
                List.of(
                        new PriorityRule("p0", 800, Condition.severity(Severity.P0_CRITICAL)),
                        new PriorityRule("protected", 300, Condition.protectedData(Set.of(), Set.of("pci")))));
    }
}
