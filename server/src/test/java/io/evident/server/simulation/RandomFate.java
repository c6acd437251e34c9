package io.evident.server.simulation;

import io.evident.server.simulation.SimProcess.Fault;
import io.evident.server.simulation.SimProcess.Operation;
import java.util.SplittableRandom;

/** Chance: most lives know no fault, some a few, some many. */
final class RandomFate implements Fate {
    private static final double[] FAULT_RATES = {0, 0, 0, 0, 0.002, 0.01, 0.05};
    private static final int SHORT_LIFE = 80;
    private static final int LONG_LIFE = 4_000;
    private static final Fault[] FAULTS = {Fault.NOTHING_DONE, Fault.HALF_DONE, Fault.ALL_DONE};

    private final SplittableRandom random;
    private final double faultRate;
    private final double othersRate;
    /** The one kind of operation that fails, or {@code null} for any. */
    private final Operation failing;

    private int momentsLeft;

    RandomFate(SplittableRandom random, double othersRate) {
        this.random = random;
        this.othersRate = othersRate;
        this.faultRate = FAULT_RATES[random.nextInt(FAULT_RATES.length)];
        Operation[] operations = Operation.values();
        this.failing = random.nextBoolean() ? operations[random.nextInt(operations.length)] : null;
        this.momentsLeft = 1 + random.nextInt(random.nextInt(4) == 0 ? SHORT_LIFE : LONG_LIFE);
    }

    @Override
    public boolean diesAt(Moment moment) {
        return --momentsLeft == 0;
    }

    @Override
    public Fault faultOf(Operation operation) {
        boolean fails = faultRate > 0 && (failing == null || failing == operation) && random.nextDouble() < faultRate;
        return fails ? FAULTS[random.nextInt(FAULTS.length)] : Fault.NONE;
    }

    @Override
    public boolean letsOthersIn() {
        return random.nextDouble() < othersRate;
    }
}
