package io.evident.load.report;

import java.util.Comparator;
import java.util.List;

/** Where a system stops keeping up, among runs at growing rates. Stateless. */
final class Knee {
    /** A latency so many times that of the lowest rate is no longer the system's own. */
    static final double TIMES = 5;
    /** What has to be taken of what was offered. */
    static final double TAKEN = 0.99;

    private Knee() {}

    /**
     * One run.
     *
     * @param offered events per second
     * @param taken events per second
     */
    record Step(double offered, double taken, double p99Ms) {
        boolean keepsUp(Step lowest) {
            return taken >= TAKEN * offered && p99Ms <= TIMES * lowest.p99Ms;
        }
    }

    /** The highest offered rate up to which all keep up, or -1 for none. */
    static double of(List<Step> steps) {
        List<Step> growing =
                steps.stream().sorted(Comparator.comparingDouble(Step::offered)).toList();
        double knee = -1;
        for (Step step : growing) {
            if (!step.keepsUp(growing.get(0))) {
                return knee;
            }
            knee = step.offered();
        }
        return knee;
    }
}
