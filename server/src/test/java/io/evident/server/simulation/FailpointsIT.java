package io.evident.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.pipeline.PipelineConfig;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.writer.BlockPlan;
import io.evident.pipeline.writer.EmergencyPlan;
import io.evident.server.simulation.SimProcess.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every failpoint: a short script of two lives, with segments that fill and grow old, is run once for each thing that can
 * happen to each of its disk operations. Each operation fails in three ways, and the process dies before it, within it and
 * behind it; each time the machine stays up, or loses power in two ways. Then a server starts in peace, and the contracts
 * are checked as in {@link SimulationIT}.
 */
@ExtendWith(QuietLog.class)
class FailpointsIT {
    private static final int EVENTS_PER_LIFE = 9;
    private static final int ROOM_BYTES = 2_048;
    /** Fewer would mean that the script does not do what it is for. */
    private static final int RUNS_AT_A_TIME = 2;

    private static final int LEAST_OPERATIONS = 60;

    @TempDir
    private Path base;

    /** How the machine goes on. */
    private enum Machine {
        STAYS_UP,
        LOSES_ALL,
        TEARS_PAGES
    }

    @Test
    void contracts1To4_holdWhateverHappensToAnyOperation() throws Exception {
        AtomicInteger operations = new AtomicInteger();
        List<Callable<Integer>> runners = new ArrayList<>();
        for (int i = 0; i < RUNS_AT_A_TIME; i++) {
            Path own = Files.createDirectory(base.resolve("run-" + i)).toRealPath();
            runners.add(() -> runOperations(operations, own));
        }
        // A run is one thread's alone; the operations share the cores.
        ExecutorService cores = Executors.newFixedThreadPool(RUNS_AT_A_TIME);
        try {
            for (Future<Integer> runner : cores.invokeAll(runners)) {
                assertThat(runner.get()).isGreaterThan(LEAST_OPERATIONS);
            }
        } finally {
            cores.shutdown();
        }
    }

    /** Takes one operation after the other, until there is none of that number; returns that number. */
    private static int runOperations(AtomicInteger operations, Path own) {
        int nth = operations.incrementAndGet();
        while (strikesOperation(own, nth)) {
            nth = operations.incrementAndGet();
        }
        return nth;
    }

    private static boolean strikesOperation(Path own, int nth) {
        boolean struck = false;
        for (Fault fault : EnumSet.complementOf(EnumSet.of(Fault.NONE))) {
            struck |= strikes(own, () -> ScriptedFate.fault(nth, fault));
        }
        boolean dies = true;
        for (int moment = 0; dies; moment++) {
            int at = moment;
            dies = strikes(own, () -> ScriptedFate.death(nth, at));
            struck |= dies;
        }
        return struck;
    }

    private static boolean strikes(Path base, Supplier<ScriptedFate> fates) {
        boolean struck = false;
        for (Machine machine : Machine.values()) {
            ScriptedFate fate = fates.get();
            Simulation run = new Simulation(fate + ", the machine " + machine, plan(), new SplittableRandom(1), base);
            run.run(simulation -> script(simulation, fate, machine));
            struck |= fate.hasStruck();
        }
        return struck;
    }

    private static void script(Simulation simulation, ScriptedFate fate, Machine machine) {
        for (int life = 0; life < 2 && !fate.hasStruck(); life++) {
            simulation.live(fate, FailpointsIT::send);
        }
        switch (machine) {
            case STAYS_UP -> {}
            case LOSES_ALL -> simulation.world().powerCut(PowerCut.LOSES_ALL);
            case TEARS_PAGES -> simulation.world().powerCut(PowerCut.TEARS_PAGES);
        }
    }

    private static void send(World world, Life life) {
        for (int i = 0; i < EVENTS_PER_LIFE && !life.isDead(); i++) {
            SimEvent event = world.senders().fresh(Lane.ofCode(i % Lane.count()));
            life.connection(0).offer(event, i % 2 == 0 ? Tier.SYNCED : Tier.JOURNALED);
            life.connection(0).offer(event, Tier.SYNCED);
            if (i % 3 == 2) {
                life.workAll();
                world.pass(i == EVENTS_PER_LIFE - 1 ? 1_500 : 3);
                life.workAll();
            }
        }
    }

    private static Plan plan() {
        PipelineConfig config = new PipelineConfig(
                new PipelineConfig.LanePlan(8, 8, 8),
                new PipelineConfig.LanePlan(4, 2, 1),
                new BlockPlan(4, Block.MIN_PAYLOAD_BYTES, TimeUnit.MILLISECONDS.toNanos(100)),
                300_000,
                1_024,
                TimeUnit.DAYS.toMillis(3_650),
                1,
                0,
                TimeUnit.MILLISECONDS.toNanos(2),
                8,
                PipelineConfig.TierPlan.SYNCED);
        EmergencyPlan emergency = new EmergencyPlan(8, 300_000, TimeUnit.MILLISECONDS.toNanos(50));
        return new Plan(config, 1, 1, 2, 0, ROOM_BYTES, 0, 0, emergency, 1, false, 0);
    }
}
