package io.evident.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Contracts 1, 2, 3 and 4 under crashes, power cuts and failing disks, by seeds. More of them:
 * {@code -Devident.simulation.seeds=20000}; from another on: {@code -Devident.simulation.first=1000000}; one alone:
 * {@code -Devident.simulation.seed=4711}.
 */
class SimulationIT {
    private static final int SEEDS = Integer.getInteger("evident.simulation.seeds", 2_000);
    private static final long FIRST = Long.getLong("evident.simulation.first", 1);
    private static final Long ONLY = Long.getLong("evident.simulation.seed");

    private static Level levelBefore;

    @TempDir
    private Path base;

    /** What fails here fails by plan, a hundred thousand times. */
    @BeforeAll
    static void quieten() {
        Logger logger = (Logger) LoggerFactory.getLogger("io.evident");
        levelBefore = logger.getLevel();
        logger.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        ((Logger) LoggerFactory.getLogger("io.evident")).setLevel(levelBefore);
    }

    @Test
    void contracts1To4_losesDoublesAndChangesNothingAcknowledgedByAnySeed() throws Exception {
        Path real = base.toRealPath();
        if (ONLY != null) {
            new Simulation(ONLY, real).run();
            return;
        }
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            new Simulation(seed, real).run();
        }
    }

    @Test
    void runsTheSameBySameSeed() throws Exception {
        Path real = base.toRealPath();
        for (long seed = 1; seed <= 20; seed++) {
            Simulation first = new Simulation(seed, real);
            Simulation second = new Simulation(seed, real);
            first.run();
            second.run();
            assertThat(second.world().trace().count())
                    .isEqualTo(first.world().trace().count());
            assertThat(second.world().trace().hash())
                    .as("seed %d", seed)
                    .isEqualTo(first.world().trace().hash());
        }
    }
}
