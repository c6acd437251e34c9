package io.evident.server.simulation;

import io.evident.event.Tier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * One run by one seed: several lives of the server, each ended by the death of the process, a power cut or a clean stop,
 * some without ever having served; then one in peace, in which every sender settles what it does not know.
 */
final class Simulation {
    private static final int MOST_TURNS = 2_000;

    /** What the server is made to do in a life. */
    interface Act {
        void in(World world, Life life);
    }

    private final String name;
    private final World world;
    private int lives;

    /** The run of a seed. */
    Simulation(long seed, Path base) {
        this(seed, new SplittableRandom(seed), base);
    }

    private Simulation(long seed, SplittableRandom random, Path base) {
        this("seed " + seed + " (-Devident.simulation.seed=" + seed + ")", Plan.of(random), random, base);
    }

    /**
     * A run of another kind.
     *
     * @param name what a failure is reported under
     */
    Simulation(String name, Plan plan, SplittableRandom random, Path base) {
        this.name = name;
        this.world = new World(random, plan, base);
    }

    World world() {
        return world;
    }

    /** Lives as the seed has it, to the end or to the first thing wrong. */
    void run() {
        run(Simulation::liveByChance);
    }

    /** Runs what is given, and then settles all in peace. Throws {@link AssertionError} with all there is to know. */
    void run(Consumer<Simulation> lives) {
        try {
            lives.accept(this);
            settleAll();
        } catch (RuntimeException | Error e) {
            throw new AssertionError(report(String.valueOf(e)), e);
        }
        if (isWrong()) {
            throw new AssertionError(report(world.oracle().wrong()));
        }
    }

    private void liveByChance() {
        for (int i = 0; i < world.plan().lives() && !isWrong(); i++) {
            live(new RandomFate(world.random().split(), world.plan().othersRate()), this::stepByStep);
            if (world.random().nextBoolean()) {
                world.powerCut(PowerCut.any(world.random()));
            } else if (world.random().nextInt(4) == 0) {
                world.evict();
            }
            if (world.random().nextInt(3) == 0) {
                world.harmCopy();
            }
        }
    }

    private void stepByStep(World inWorld, Life life) {
        for (int i = 0; i < inWorld.plan().steps() && !isWrong(); i++) {
            life.step();
            life.checkBalance();
        }
    }

    private String report(String what) {
        return name + ": " + what + "\n" + world.plan() + "\nthe last of "
                + world.trace().count() + " steps:\n" + world.trace().last();
    }

    private boolean isWrong() {
        return world.oracle().wrong() != null;
    }

    /** One life, with what fate has in store for it. */
    void live(Fate fate, Act act) {
        Life life = new Life(world, ++lives, fate);
        try {
            if (life.start()) {
                act.in(world, life);
                stop(life);
            }
        } catch (SimulatedStop e) {
            world.trace().add("dead", "life", lives);
        } catch (IOException e) {
            world.trace().add("failed", "life", lives);
        }
        life.bury();
        world.ended(life);
    }

    private void stop(Life life) throws IOException {
        life.stop();
        for (Sending sending : world.oracle().sendings()) {
            if (sending.life() == life.number() && sending.answer() == Sending.Answer.NONE) {
                world.oracle().wrong("never answered, and the server stopped cleanly: " + sending);
            }
        }
        life.checkBalance();
        LedgerCheck.received(life, world.oracle());
    }

    /** In peace: all that was ever sent is sent until it has its receipt, and then everything is there exactly once. */
    void settleAll() {
        if (isWrong()) {
            return;
        }
        inPeace((inWorld, life) -> {
            List<Claimed> claims = new ArrayList<>();
            world.oracle().claims().forEach(claims::add);
            for (Claimed claimed : claims) {
                settle(life, claimed);
            }
        });
        world.powerCut(PowerCut.LOSES_ALL);
        inPeace((inWorld, life) -> {});
        for (Claimed claimed : world.oracle().claims()) {
            if (claimed.promise() != Claimed.Promise.SYNCED) {
                world.oracle().wrong("contract 2: not stored in the end: " + claimed.contents());
            }
        }
    }

    private void inPeace(Act act) {
        if (isWrong()) {
            return;
        }
        Life life = new Life(world, ++lives, Fate.KIND);
        try {
            if (!life.start()) {
                world.oracle().wrong("contract 10: unreadable, and nothing failed");
                return;
            }
            act.in(world, life);
            stop(life);
            life.requireFolded();
        } catch (IOException e) {
            world.oracle().wrong("contract 10: did not start, and nothing failed: " + e);
        } finally {
            life.bury();
            world.ended(life);
        }
    }

    private void settle(Life life, Claimed claimed) {
        SimEvent event = claimed.promised() == null ? claimed.contents().get(0) : claimed.promised();
        Sending sending = life.connection(0).offer(event, Tier.SYNCED);
        for (int turn = 0; turn < MOST_TURNS && sending.answer() != Sending.Answer.RECEIPT && !isWrong(); turn++) {
            life.workAll();
            world.passTime();
            if (sending.answer() == Sending.Answer.REFUSAL) {
                sending = life.connection(0).offer(event, Tier.SYNCED);
            }
        }
        if (sending.answer() != Sending.Answer.RECEIPT) {
            world.oracle().wrong("never settled: " + sending);
        }
    }
}
