package io.evident.server.simulation;

import java.util.SplittableRandom;

/** A file or a folder of the simulated disk. */
interface SimNode {
    /** Only what is on the disk is left, of what was not forced as much as chance leaves. */
    void powerCut(SplittableRandom random, PowerCut how);
}
