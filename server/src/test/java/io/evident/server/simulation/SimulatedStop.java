package io.evident.server.simulation;

/** Ends the simulated process on the spot. What catches it may run on for a while, but nothing of that has any effect. */
@SuppressWarnings("serial") // Never leaves the simulation.
final class SimulatedStop extends Error {
    SimulatedStop() {
        super("the simulated process is dead", null, false, false);
    }
}
