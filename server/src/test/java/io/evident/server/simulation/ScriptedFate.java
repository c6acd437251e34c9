package io.evident.server.simulation;

import io.evident.server.simulation.SimProcess.Fault;
import io.evident.server.simulation.SimProcess.Operation;

/** One thing happens, at one operation of the disk, counted over the lives that share this fate. */
final class ScriptedFate implements Fate {
    private static final int NEVER = -1;

    private final int operation;
    private final Fault fault;
    private final int deathMoment;
    private int operations;
    private int moment;
    private boolean struck;

    private ScriptedFate(int operation, Fault fault, int deathMoment) {
        this.operation = operation;
        this.fault = fault;
        this.deathMoment = deathMoment;
    }

    /** The n-th operation, from 1, fails. */
    static ScriptedFate fault(int nth, Fault fault) {
        return new ScriptedFate(nth, fault, NEVER);
    }

    /** The process dies at the n-th operation: at its moment 0, which is before it, or a later one; the last is behind it. */
    static ScriptedFate death(int nth, int moment) {
        return new ScriptedFate(nth, Fault.NONE, moment);
    }

    /** Whether it has happened. */
    boolean hasStruck() {
        return struck;
    }

    @Override
    public boolean diesAt(Moment at) {
        if (at == Moment.ELSEWHERE) {
            return false;
        }
        if (at == Moment.BEFORE_OPERATION) {
            operations++;
            moment = 0;
        } else {
            moment++;
        }
        boolean dies = operations == operation && moment == deathMoment;
        struck |= dies;
        return dies;
    }

    @Override
    public Fault faultOf(Operation asked) {
        if (operations != operation || fault == Fault.NONE) {
            return Fault.NONE;
        }
        struck = true;
        return fault;
    }

    @Override
    public boolean letsOthersIn() {
        return false;
    }

    @Override
    public String toString() {
        return deathMoment == NEVER
                ? "operation " + operation + " fails, " + fault
                : "death at moment " + deathMoment + " of operation " + operation;
    }
}
