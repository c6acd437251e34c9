package io.evident.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Contracts 1, 2, 3 and 4 under crashes, power cuts and failing disks, by seeds. More of them:
 * {@code -Devident.simulation.seeds=20000}; from another on: {@code -Devident.simulation.first=1000000}; one alone, with
 * all it did: {@code -Devident.simulation.seed=4711 -Devident.simulation.lines=100000}. See docs/testing/simulation.md.
 */
@ExtendWith(QuietLog.class)
class SimulationIT {
    private static final int SEEDS = Integer.getInteger("evident.simulation.seeds", 2_000);
    private static final long FIRST = Long.getLong("evident.simulation.first", 1);
    private static final Long ONLY = Long.getLong("evident.simulation.seed");
    private static final int RUNS_AT_A_TIME = 2;

    @TempDir
    private Path base;

    @Test
    void contracts1To4_losesDoublesAndChangesNothingAcknowledgedByAnySeed() throws Exception {
        if (ONLY != null) {
            new Simulation(ONLY, base.toRealPath()).run();
            return;
        }
        AtomicLong next = new AtomicLong(FIRST);
        List<Callable<Void>> runners = new ArrayList<>();
        for (int i = 0; i < RUNS_AT_A_TIME; i++) {
            Path own = Files.createDirectory(base.resolve("run-" + i)).toRealPath();
            runners.add(() -> runSeeds(next, own));
        }
        // A run is one thread's alone; the seeds share the cores.
        ExecutorService cores = Executors.newFixedThreadPool(RUNS_AT_A_TIME);
        try {
            for (Future<Void> runner : cores.invokeAll(runners)) {
                runner.get();
            }
        } finally {
            cores.shutdown();
        }
    }

    private static Void runSeeds(AtomicLong next, Path own) {
        for (long seed = next.getAndIncrement(); seed < FIRST + SEEDS; seed = next.getAndIncrement()) {
            new Simulation(seed, own).run();
        }
        return null;
    }

    @Test
    void runsTheSameByTheSameSeed() throws Exception {
        Path real = base.toRealPath();
        for (long seed = 1; seed <= 20; seed++) {
            Simulation first = new Simulation(seed, real);
            Simulation second = new Simulation(seed, real);
            first.run();
            second.run();
            assertThat(second.world().trace().hash())
                    .as("seed %d", seed)
                    .isEqualTo(first.world().trace().hash());
            assertThat(second.world().trace().count())
                    .isEqualTo(first.world().trace().count());
        }
    }

    @Test
    void runsAnotherWayByAnotherSeed() throws Exception {
        Simulation first = new Simulation(1, base.toRealPath());
        Simulation second = new Simulation(2, base.toRealPath());
        first.run();
        second.run();
        assertThat(second.world().trace().hash())
                .isNotEqualTo(first.world().trace().hash());
    }
}
