package io.evident.server.simulation;

import io.evident.event.RefusalReason;
import io.evident.event.Tier;

/** One offer of an event, and what became of it. */
final class Sending {
    /** What its sender was told. */
    enum Answer {
        /** Nothing yet. */
        NONE,
        RECEIPT,
        REFUSAL,
        /** That the outcome is unknown. */
        UNKNOWN
    }

    private final int serial;
    private final Claimed claimed;
    private final SimEvent event;
    private final int client;
    private final int life;
    private final Tier tier;
    private final long begun;
    private Answer answer = Answer.NONE;
    private RefusalReason reason;
    private boolean duplicate;

    Sending(int serial, Claimed claimed, SimEvent event, int client, int life, Tier tier, long begun) {
        this.serial = serial;
        this.claimed = claimed;
        this.event = event;
        this.client = client;
        this.life = life;
        this.tier = tier;
        this.begun = begun;
    }

    /** Counts all sendings of a run: a stored event's receive time tells which one it was. */
    int serial() {
        return serial;
    }

    Claimed claimed() {
        return claimed;
    }

    SimEvent event() {
        return event;
    }

    int client() {
        return client;
    }

    int life() {
        return life;
    }

    Tier tier() {
        return tier;
    }

    /** When it was offered, by the moments of its life. */
    long begun() {
        return begun;
    }

    Answer answer() {
        return answer;
    }

    RefusalReason reason() {
        return reason;
    }

    /** Whether its receipt called it a duplicate. */
    boolean isDuplicate() {
        return duplicate;
    }

    void receipt(boolean asDuplicate) {
        answer = Answer.RECEIPT;
        duplicate = asDuplicate;
    }

    void refusal(RefusalReason why) {
        answer = why == RefusalReason.OUTCOME_UNKNOWN ? Answer.UNKNOWN : Answer.REFUSAL;
        reason = why;
    }

    @Override
    public String toString() {
        return "sending " + serial + " of client " + client + " in life " + life + " (" + event + ", wants " + tier
                + ", answered " + answer + (reason == null ? "" : " " + reason) + (duplicate ? " as duplicate" : "")
                + ")";
    }
}
