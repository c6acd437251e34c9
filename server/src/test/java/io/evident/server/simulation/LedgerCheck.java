package io.evident.server.simulation;

import io.evident.event.Lane;
import io.evident.event.RefusalReason;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.ledger.TenantCounters;

/** Contract 3: the numbers add up, and what is stored can be counted in the journal. Stateless. */
final class LedgerCheck {
    private LedgerCheck() {}

    /** received = stored + duplicate + refused + in flight. */
    static void balance(TenantCounters tenant, Lane lane, Oracle oracle) {
        LaneCounters counters = tenant.lane(lane);
        long rest = counters.received()
                - counters.stored()
                - counters.duplicate()
                - counters.refused()
                - counters.inFlight();
        if (rest != 0 || counters.inFlight() < 0) {
            oracle.wrong("contract 3: the counts of " + tenant.tenant() + ", " + lane + " are out by " + rest
                    + ", in flight " + counters.inFlight());
        }
    }

    /** All offers of a life were received, and each is counted as what it was answered. */
    static void received(Life life, Oracle oracle) {
        long offered = oracle.sendings().stream()
                .filter(sending -> sending.life() == life.number())
                .count();
        long received = life.ledger().total(LaneCounters::received);
        if (offered != received) {
            oracle.wrong("contract 3: " + offered + " events were offered, " + received + " received");
        }
    }

    /**
     * What the journal has of an ended life is what that counted as stored, but for what was on its way.
     *
     * @param mayBeLost whether JOURNALED events may be gone since
     */
    static void stored(Life ended, JournalCheck found, boolean mayBeLost, Oracle oracle) {
        for (TenantCounters tenant : ended.ledger().all()) {
            for (Lane lane : Lane.values()) {
                LaneCounters counters = tenant.lane(lane);
                long there = found.stored(ended.number(), tenant.tenant(), lane);
                long most = counters.stored() + counters.inFlight() + counters.refused(RefusalReason.OUTCOME_UNKNOWN);
                if (there > most || (there < counters.stored() && !mayBeLost)) {
                    oracle.wrong("contract 3: " + there + " events of " + tenant.tenant() + ", " + lane
                            + " are stored of life "
                            + ended.number() + ", which counted " + counters.stored() + ", in flight "
                            + counters.inFlight());
                }
            }
        }
    }
}
