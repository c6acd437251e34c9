package io.evident.pipeline.ledger;

import io.evident.event.Lane;

/** The counts of one tenant: one set for each lane, and one for events that never came as far as a lane. */
public final class TenantCounters {
    /** Sets of counts of one tenant. */
    static final int SETS = Lane.count() + 1;

    private final String tenant;
    private final LaneCounters[] byLane = new LaneCounters[SETS];

    /** @param firstIndex the first of as many as there are sets of counts */
    TenantCounters(String tenant, int firstIndex) {
        this.tenant = tenant;
        for (int i = 0; i < byLane.length; i++) {
            byLane[i] = new LaneCounters(firstIndex + i);
        }
    }

    /** The tenant's name, or {@code -} where it could not be told. */
    public String tenant() {
        return tenant;
    }

    /** The counts of a lane; {@code null} stands for "no lane was chosen". */
    public LaneCounters lane(Lane lane) {
        return byLane[lane == null ? Lane.count() : lane.ordinal()];
    }
}
