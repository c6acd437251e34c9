package io.evident.load.ledger;

/** What must never be found. */
enum Finding {
    /** Promised, and not there. */
    MISSING("missing"),
    /** There more than once. */
    DUPLICATED("duplicated"),
    /** Another content than it was sent with, or an event that nobody sent. */
    CHANGED("changed"),
    /** There under another identity, shard or lane than its receipt says. */
    MOVED("moved"),
    /** An identity or a sequence given twice. */
    REUSED("reused"),
    /** Refused, and stored all the same. */
    REFUSED_YET_STORED("refusedYetStored"),
    /** A sequence between others that no event has. */
    HOLE("holes");

    private final String text;

    Finding(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
