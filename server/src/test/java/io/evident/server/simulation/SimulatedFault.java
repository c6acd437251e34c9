package io.evident.server.simulation;

import java.io.IOException;

/** A disk that does not do what it was asked. Without a stack trace, as there are many. */
@SuppressWarnings("serial") // Never leaves the simulation.
final class SimulatedFault extends IOException {
    SimulatedFault(SimProcess.Operation operation, String name) {
        super("simulated: " + operation + " " + name);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
