package io.evident.pipeline.journal;

import io.evident.event.EventLimits;
import io.evident.event.EventView;
import io.evident.event.Lane;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The unit of writing while it is filled: events of one lane, each behind its length (u32, little-endian), with room in
 * front for the envelope that storage puts there, so that the whole goes to the journal as one run of bytes. Reused from
 * block to block; owned by the shard's writer thread.
 */
public final class Block {
    /** Most events of a block. */
    public static final int MAX_EVENTS = 1_000;
    /** Most bytes of a block's events, their lengths included. */
    public static final int MAX_PAYLOAD_BYTES = 256 * 1024;
    /** Room for one event of the longest size, and its length: a block cannot be laid out for less. */
    public static final int MIN_PAYLOAD_BYTES = EventLimits.ENCODED_BYTES + Integer.BYTES;
    /** Room in front of the events, for the envelope. */
    public static final int ENVELOPE_BYTES = 192;

    /** Where an envelope has its flags, 2 bytes. */
    public static final int FLAGS_AT = 10;
    /** The flag of a block out of which events were taken: their lengths then have {@link #REMOVED_BIT}. */
    public static final int FLAG_REDUCED = 1 << 9;
    /** What the length of an event has in addition whose bytes are not there any more, but for their room. */
    public static final int REMOVED_BIT = 1 << 31;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final int maxEvents;
    private final int maxPayloadBytes;
    private final byte[] bytes;
    private int payloadBytes;
    private int count;
    private Lane lane;
    private int epoch;
    private long firstSequence;
    private long foldedThrough;
    private long minTimeNs;
    private long maxTimeNs;

    /** A block of the largest size. */
    public Block() {
        this(MAX_EVENTS, MAX_PAYLOAD_BYTES);
    }

    /**
     * A block with limits of its own.
     *
     * @param maxEvents 1 to {@value #MAX_EVENTS}
     * @param maxPayloadBytes at least an event of the longest size with its length, at most {@value #MAX_PAYLOAD_BYTES}
     */
    public Block(int maxEvents, int maxPayloadBytes) {
        if (maxEvents < 1 || maxEvents > MAX_EVENTS) {
            throw new IllegalArgumentException(maxEvents + " events are not 1 to " + MAX_EVENTS);
        }
        if (maxPayloadBytes < MIN_PAYLOAD_BYTES || maxPayloadBytes > MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException(
                    maxPayloadBytes + " bytes are not " + MIN_PAYLOAD_BYTES + " to " + MAX_PAYLOAD_BYTES);
        }
        this.maxEvents = maxEvents;
        this.maxPayloadBytes = maxPayloadBytes;
        this.bytes = new byte[ENVELOPE_BYTES + maxPayloadBytes];
    }

    /** Empties the block and begins a new one. */
    public void begin(Lane ofLane, int ofEpoch, long sequence) {
        lane = ofLane;
        epoch = ofEpoch;
        firstSequence = sequence;
        foldedThrough = 0;
        payloadBytes = 0;
        count = 0;
        minTimeNs = Long.MAX_VALUE;
        maxTimeNs = Long.MIN_VALUE;
    }

    /** Whether an event of this many bytes still has room. */
    public boolean hasRoom(int eventBytes) {
        return count < maxEvents && payloadBytes + Integer.BYTES + eventBytes <= maxPayloadBytes;
    }

    /**
     * Adds an event; there has to be room. Its sequence is {@link #firstSequence()} plus its place.
     *
     * @param timeNs the event's time
     */
    public void add(byte[] source, int offset, int length, long timeNs) {
        int at = ENVELOPE_BYTES + payloadBytes;
        INT.set(bytes, at, length);
        System.arraycopy(source, offset, bytes, at + Integer.BYTES, length);
        payloadBytes += Integer.BYTES + length;
        count++;
        minTimeNs = Math.min(minTimeNs, timeNs);
        maxTimeNs = Math.max(maxTimeNs, timeNs);
    }

    /** Adds what a view shows. */
    public void add(EventView event) {
        add(event.bytes(), event.offset(), event.length(), event.timeNs());
    }

    /**
     * Says that with this block the emergency journal is folded in up to a position, so that events and fold reach the disk
     * as one. Without it a block changes nothing about that.
     *
     * @param position the last position folded in, from 1; never below that of an earlier block
     */
    public void foldThrough(long position) {
        if (position < 1) {
            throw new IllegalArgumentException("position " + position + " is below 1");
        }
        foldedThrough = position;
    }

    /** What {@link #foldThrough} was told; 0 when the block folds nothing in. */
    public long foldedThrough() {
        return foldedThrough;
    }

    /** Makes this the block that was kept; its bytes follow from {@link #bytes}. */
    void restore(
            Lane ofLane,
            int ofEpoch,
            long sequence,
            int events,
            int length,
            long foldsThrough,
            long smallestTimeNs,
            long largestTimeNs) {
        begin(ofLane, ofEpoch, sequence);
        count = events;
        payloadBytes = length - ENVELOPE_BYTES;
        foldedThrough = foldsThrough;
        minTimeNs = smallestTimeNs;
        maxTimeNs = largestTimeNs;
    }

    /** Envelope room, then events: the first {@link #lengthBytes()} bytes count. */
    public byte[] bytes() {
        return bytes;
    }

    /** Length of envelope and events together. */
    public int lengthBytes() {
        return ENVELOPE_BYTES + payloadBytes;
    }

    public int payloadBytes() {
        return payloadBytes;
    }

    public int count() {
        return count;
    }

    public Lane lane() {
        return lane;
    }

    /** The epoch of the shard map under which the events were routed. */
    public int epoch() {
        return epoch;
    }

    public long firstSequence() {
        return firstSequence;
    }

    /** Smallest event time; meaningless while the block is empty. */
    public long minTimeNs() {
        return minTimeNs;
    }

    /** Largest event time; meaningless while the block is empty. */
    public long maxTimeNs() {
        return maxTimeNs;
    }
}
