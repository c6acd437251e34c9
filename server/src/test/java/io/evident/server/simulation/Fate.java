package io.evident.server.simulation;

import io.evident.server.simulation.SimProcess.Fault;
import io.evident.server.simulation.SimProcess.Operation;

/** What chance, or a script, has in store for one life of the server. */
interface Fate {
    /** Where the process is. */
    enum Moment {
        BEFORE_OPERATION,
        WITHIN_OPERATION,
        AFTER_OPERATION,
        /** At a look at the clock, at an answer, at a question of the gate. */
        ELSEWHERE
    }

    /** Whether it dies here. Asked once at every moment. */
    boolean diesAt(Moment moment);

    /** How the operation goes that is about to begin. */
    Fault faultOf(Operation operation);

    /** Whether another agent or sender gets its turn here, while this one waits. */
    boolean letsOthersIn();

    /** Nothing happens. */
    Fate KIND = new Fate() {
        @Override
        public boolean diesAt(Moment moment) {
            return false;
        }

        @Override
        public Fault faultOf(Operation operation) {
            return Fault.NONE;
        }

        @Override
        public boolean letsOthersIn() {
            return false;
        }
    };
}
