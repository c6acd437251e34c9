package io.evident.server.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Contract 10 by random harm: a data directory of real blocks is damaged, and has to start, serve everything that is
 * undamaged, and name what is not. {@code -Devident.mutations=N} runs as many as wanted, {@code
 * -Devident.mutations.seed=S} begins at that seed; a failure tells the command that replays it.
 */
class MutationCampaignTest {
    private static final int COUNT = Integer.getInteger("evident.mutations", 200);
    private static final long FIRST_SEED = Long.getLong("evident.mutations.seed", 1);

    private static final int TOLD_EVERY = 100;
    private static final int RUNS_AT_A_TIME = 2;

    @TempDir
    Path folder;

    /** What some of the seeds found. */
    private record Found(long hit, long unwitnessed, long findings) {}

    @Test
    void contract2_contract10_startsServesAndNamesAfterAnyHarm() throws Exception {
        AtomicLong next = new AtomicLong(FIRST_SEED);
        List<Callable<Found>> runners = new ArrayList<>();
        for (int i = 0; i < RUNS_AT_A_TIME; i++) {
            Path own = Files.createDirectory(folder.resolve("runner-" + i));
            runners.add(() -> runSeeds(next, own));
        }
        long hit = 0;
        long unwitnessed = 0;
        long findings = 0;
        // A directory is one thread's alone; the seeds share the cores.
        ExecutorService cores = Executors.newFixedThreadPool(RUNS_AT_A_TIME);
        try {
            for (Future<Found> runner : cores.invokeAll(runners)) {
                Found found = runner.get();
                hit += found.hit();
                unwitnessed += found.unwitnessed();
                findings += found.findings();
            }
        } finally {
            cores.shutdown();
        }
        System.out.printf(
                "%d mutations from seed %d: %d blocks hit, %d findings, %d blocks at an unsealed end that nothing vouches"
                        + " for%n",
                COUNT, FIRST_SEED, hit, findings, unwitnessed);
        assertThat(hit).isPositive();
    }

    private static Found runSeeds(AtomicLong next, Path own) throws IOException {
        WrittenData[] written = {
            WrittenData.write(Files.createDirectory(own.resolve("closed")), true),
            WrittenData.write(Files.createDirectory(own.resolve("broken")), false)
        };
        long hit = 0;
        long unwitnessed = 0;
        long findings = 0;
        for (long seed = next.getAndIncrement(); seed < FIRST_SEED + COUNT; seed = next.getAndIncrement()) {
            MutatedRun.Outcome outcome = run(written[(int) (seed & 1)], own.resolve("mutated"), seed);
            hit += outcome.hit();
            unwitnessed += outcome.unwitnessed();
            findings += outcome.named();
            if ((seed - FIRST_SEED + 1) % TOLD_EVERY == 0) {
                System.out.printf("%d of %d mutations%n", seed - FIRST_SEED + 1, COUNT);
            }
        }
        return new Found(hit, unwitnessed, findings);
    }

    private static MutatedRun.Outcome run(WrittenData written, Path data, long seed) throws IOException {
        WrittenData.copy(written.directory(), data);
        List<String> told = new Mutations(data, new Random(seed)).apply();
        try {
            return new MutatedRun(written, data).check();
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + ", " + told + "; replay with ./mvnw -pl server -am"
                            + " -Dtest=MutationCampaignTest -Dsurefire.failIfNoSpecifiedTests=false"
                            + " -Devident.mutations=1 -Devident.mutations.seed=" + seed + " test",
                    e);
        } finally {
            delete(data);
        }
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }
}
