package io.evident.pipeline.lane;

import io.evident.event.Tier;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.receipt.ReceiptSink;

/**
 * One place of a lane: an event in the binary layout, and what is needed to answer its sender. Filled by the network
 * thread that claimed it, read and cleared by the shard's writer; the ring's sequences hand it over.
 */
public final class LaneSlot {
    /** Events up to this size lie in the slot itself; larger ones in a buffer of the {@link OverflowPool}. */
    public static final int INLINE_BYTES = 512;

    private static final int CACHE_LINE_BYTES = 64;
    private static final int LOOKED_AT_BYTES = 320;

    private final byte[] inline = new byte[INLINE_BYTES];
    private byte[] bytes = inline;
    private int length;
    private long timeNs;
    private long idHigh;
    private long idLow;
    private ReceiptSink sink;
    private int index;
    private Tier tier;
    private long receivedTick;
    private long duplicateHandle;
    private int epoch;
    private LaneCounters counters;

    /** Reads what most events fill. */
    long look() {
        long looked = length ^ epoch;
        for (int at = 0; at < LOOKED_AT_BYTES; at += CACHE_LINE_BYTES) {
            looked ^= inline[at];
        }
        return looked;
    }

    /** Where the event is to be encoded: the slot itself, or a buffer lent by the pool. */
    byte[] useInline() {
        bytes = inline;
        return inline;
    }

    void useOverflow(byte[] lent) {
        bytes = lent;
    }

    void event(int lengthBytes, long eventTimeNs, long high, long low) {
        length = lengthBytes;
        timeNs = eventTimeNs;
        idHigh = high;
        idLow = low;
    }

    void answerTo(ReceiptSink receiptSink, int sinkIndex, Tier wantedTier, long tick) {
        sink = receiptSink;
        index = sinkIndex;
        tier = wantedTier;
        receivedTick = tick;
    }

    void routedIn(int epochOfMap) {
        epoch = epochOfMap;
    }

    void accountTo(long handle, LaneCounters laneCounters) {
        duplicateHandle = handle;
        counters = laneCounters;
    }

    /** Lets go of what the slot refers to; gives back the overflow buffer, or {@code null} when the event lay inline. */
    byte[] clear() {
        byte[] lent = bytes == inline ? null : bytes;
        bytes = inline;
        sink = null;
        counters = null;
        return lent;
    }

    /** The event stands at offset 0 and has {@link #length()} bytes. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** Event time, nanoseconds since 1970. */
    public long timeNs() {
        return timeNs;
    }

    public long idHigh() {
        return idHigh;
    }

    public long idLow() {
        return idLow;
    }

    public ReceiptSink sink() {
        return sink;
    }

    /** What the event was offered under. */
    public int index() {
        return index;
    }

    /** The tier the sender waits for. */
    public Tier tier() {
        return tier;
    }

    /** When the event was read from the network, by {@link System#nanoTime()}. */
    public long receivedTick() {
        return receivedTick;
    }

    /** The epoch of the shard map by which it was routed: what is written after a change of the map may be older. */
    public int epoch() {
        return epoch;
    }

    /** Its claim in the duplicate window. */
    public long duplicateHandle() {
        return duplicateHandle;
    }

    public LaneCounters counters() {
        return counters;
    }
}
