package io.evident.pipeline.duplicate;

import io.evident.event.Lane;

/** What the duplicate window says about an id. Reused by one network thread from event to event. */
public final class Claim {
    /** What is known of an id. */
    public enum Verdict {
        /** The id is new: it is now claimed, and {@link #handle()} has to be resolved or released. */
        NEW,
        /** The same event is in flight: its answer will be this one's too. */
        IN_FLIGHT,
        /** The same event is journaled at {@link #shard()}, {@link #sequence()}. */
        STORED,
        /** The id stands for an event with other content. */
        CONFLICT,
        /** Too many ids are in flight to remember one more. */
        WINDOW_FULL,
        /** The id is not known, and was not claimed, as the caller wished. */
        UNCLAIMED
    }

    /** More than the processor asks its memory for at a time. */
    public static final int EXPECTED = 32;

    private Verdict verdict;

    @SuppressWarnings("UnusedVariable") // only read to have it near
    private long looked;

    private final long[] expected = new long[EXPECTED];
    private int noted;
    private long key1;
    private long key2;
    private long fingerprint;
    private long handle;
    private int shard;
    private long sequence;
    private Lane lane;
    private boolean emergency;
    private boolean doubtful;

    void ask(long firstKey, long secondKey, long content) {
        key1 = firstKey;
        key2 = secondKey;
        fingerprint = content;
        doubtful = false;
    }

    /** Notes where an id will be looked up; whether so many are noted that it is time to look at them. */
    boolean expect(long place) {
        expected[noted++] = place;
        if (noted < expected.length) {
            return false;
        }
        noted = 0;
        return true;
    }

    long[] expected() {
        return expected;
    }

    /** Keeps what was only read to have it near: what nobody uses is not read. */
    public void looked(long all) {
        looked ^= all;
    }

    long key1() {
        return key1;
    }

    long key2() {
        return key2;
    }

    long fingerprint() {
        return fingerprint;
    }

    Verdict set(Verdict newVerdict, long newHandle) {
        verdict = newVerdict;
        handle = newHandle;
        return newVerdict;
    }

    Verdict setStored(int ofShard, long ofSequence, int laneCode) {
        verdict = Verdict.STORED;
        shard = ofShard;
        sequence = ofSequence;
        emergency = laneCode == IdTable.EMERGENCY;
        lane = emergency ? Lane.CRITICAL : Lane.ofCode(laneCode);
        return verdict;
    }

    public Verdict verdict() {
        return verdict;
    }

    /** Names the claim of a NEW id, or the entry of one IN_FLIGHT. */
    public long handle() {
        return handle;
    }

    void setDoubtful() {
        doubtful = true;
    }

    /** Whether the event of a NEW id was sent before, and may be stored all the same. */
    public boolean isDoubtful() {
        return doubtful;
    }

    /** The shard of a STORED event. */
    public int shard() {
        return shard;
    }

    /** Whether a STORED event is in the emergency journal only, and {@link #sequence()} is its position there. */
    public boolean isEmergency() {
        return emergency;
    }

    /** The sequence of a STORED event. */
    public long sequence() {
        return sequence;
    }

    /** The lane of a STORED event. */
    public Lane lane() {
        return lane;
    }
}
