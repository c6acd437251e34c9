package io.evident.ingest.answer;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The answers to the events of one frame or request, by the events' index, without an object for each. Any thread may
 * answer an event, once: it fills the places of its index and publishes them by the index's state (release). Who writes the
 * answers looks at a state (acquire) and then at the places.
 */
public final class EventAnswers {
    /** There is no answer yet. */
    public static final byte WAITING = 0;
    /** There is a receipt. */
    public static final byte RECEIPT = 1;
    /** There is a refusal. */
    public static final byte REFUSAL = 2;
    /** The answer was written. */
    public static final byte WRITTEN = 3;

    /** Tiers and lanes that a receipt may have: all {@link #kind}s are below. */
    public static final int KINDS = 16;

    private static final int LANE_SHIFT = 2;
    private static final int DUPLICATE_FLAG = KINDS;
    private static final VarHandle STATE = MethodHandles.arrayElementVarHandle(byte[].class);

    private final byte[] states;
    private final long[] idsHigh;
    private final long[] idsLow;
    private final long[] sequences;
    private final int[] shards;
    private final int[] incarnations;
    /** Of each receipt its kind, and whether it is a duplicate's. */
    private final byte[] codes;

    private final Refusal[] refusals;

    /** For so many events, none of which has an answer. */
    public EventAnswers(int events) {
        states = new byte[events];
        idsHigh = new long[events];
        idsLow = new long[events];
        sequences = new long[events];
        shards = new int[events];
        incarnations = new int[events];
        codes = new byte[events];
        refusals = new Refusal[events];
    }

    /** Events it has room for. */
    public int capacity() {
        return states.length;
    }

    /** Forgets the answers to the first events. Only while nobody answers. */
    public void reset(int events) {
        Arrays.fill(states, 0, events, WAITING);
    }

    /** Keeps the id of an event that has no answer, in case it gets none. By who offers the event. */
    public void id(int index, long idHigh, long idLow) {
        idsHigh[index] = idHigh;
        idsLow[index] = idLow;
    }

    /** Answers an event with a receipt. */
    public void receipt(
            int index,
            long idHigh,
            long idLow,
            int shard,
            int incarnation,
            long sequence,
            Tier tier,
            Lane lane,
            boolean duplicate) {
        id(index, idHigh, idLow);
        shards[index] = shard;
        incarnations[index] = incarnation;
        sequences[index] = sequence;
        codes[index] = (byte) (tier.ordinal() | lane.ordinal() << LANE_SHIFT | (duplicate ? DUPLICATE_FLAG : 0));
        STATE.setRelease(states, index, RECEIPT);
    }

    /** Answers an event with a refusal. */
    public void refusal(int index, long idHigh, long idLow, Refusal refusal) {
        id(index, idHigh, idLow);
        refusals[index] = refusal;
        STATE.setRelease(states, index, REFUSAL);
    }

    /** What is known of an event: what all below may be asked about it is there when this has said so. */
    public byte state(int index) {
        return (byte) STATE.getAcquire(states, index);
    }

    /** Notes that the answer was written, by who writes them. */
    public void written(int index) {
        if (states[index] == REFUSAL) {
            refusals[index] = null;
        }
        states[index] = WRITTEN;
    }

    public long idHigh(int index) {
        return idsHigh[index];
    }

    public long idLow(int index) {
        return idsLow[index];
    }

    public int shard(int index) {
        return shards[index];
    }

    public int incarnation(int index) {
        return incarnations[index];
    }

    public long sequence(int index) {
        return sequences[index];
    }

    public Tier tier(int index) {
        return tierOf(kind(index));
    }

    public Lane lane(int index) {
        return laneOf(kind(index));
    }

    public boolean duplicate(int index) {
        return (codes[index] & DUPLICATE_FLAG) != 0;
    }

    /** Tier and lane of a receipt as a number below {@link #KINDS}. */
    public int kind(int index) {
        return codes[index] & (KINDS - 1);
    }

    /** The tier of a {@link #kind}. */
    public static Tier tierOf(int kind) {
        return Tier.ofCode(kind & ((1 << LANE_SHIFT) - 1));
    }

    /** The lane of a {@link #kind}. */
    public static Lane laneOf(int kind) {
        return Lane.ofCode(kind >> LANE_SHIFT);
    }

    public Refusal refusal(int index) {
        return refusals[index];
    }
}
