package io.evident.pipeline.ledger;

import io.evident.event.Lane;

/** The counts of one tenant: one set for each lane, and one for events that never came as far as a lane. */
public final class TenantCounters {
    private final String tenant;
    private final LaneCounters[] byLane = new LaneCounters[Lane.count() + 1];

    TenantCounters(String tenant) {
        this.tenant = tenant;
        for (int i = 0; i < byLane.length; i++) {
            byLane[i] = new LaneCounters();
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
