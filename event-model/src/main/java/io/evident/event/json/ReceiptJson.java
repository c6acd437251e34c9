package io.evident.event.json;

import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.Tier;

/** Writes receipts as the answer to posted events has them, without an object for any of them. Stateless. */
public final class ReceiptJson {
    private static final byte[] INDEX = JsonBytes.ascii("{\"index\":");
    private static final byte[] ID = JsonBytes.ascii(",\"id\":");
    private static final byte[] SHARD = JsonBytes.ascii(",\"shard\":");
    private static final byte[] INCARNATION = JsonBytes.ascii(",\"incarnation\":");
    private static final byte[] SEQUENCE = JsonBytes.ascii(",\"sequence\":");
    private static final byte[] NULL = JsonBytes.ascii("null");
    private static final byte[] EMERGENCY_POSITION = JsonBytes.ascii(",\"emergencyPosition\":");
    private static final byte[] DUPLICATE = JsonBytes.ascii(",\"duplicate\":true");
    private static final byte[][] TIERS = new byte[Tier.values().length][];
    private static final byte[][] LANES = new byte[Lane.count()][];

    static {
        for (Tier tier : Tier.values()) {
            TIERS[tier.ordinal()] = JsonBytes.ascii(",\"tier\":\"" + tier.text() + '"');
        }
        for (Lane lane : Lane.values()) {
            LANES[lane.ordinal()] = JsonBytes.ascii(",\"lane\":\"" + lane.text() + '"');
        }
    }

    private ReceiptJson() {}

    /**
     * Writes a receipt; its parts are those of {@link Receipt}.
     *
     * @param index of the event among those that were posted
     */
    public static void write(
            JsonBytes out,
            int index,
            long idHigh,
            long idLow,
            int shard,
            int incarnation,
            long sequence,
            Tier tier,
            Lane lane,
            boolean duplicate) {
        long emergencyPosition = Receipt.emergencyPositionOf(sequence);
        boolean isInShard = sequence >= 0;
        out.raw(INDEX);
        out.number(index);
        out.raw(ID);
        out.id(idHigh, idLow);
        out.raw(SHARD);
        out.number(shard);
        out.raw(INCARNATION);
        numberOrNull(out, incarnation, isInShard || emergencyPosition > 0);
        out.raw(SEQUENCE);
        numberOrNull(out, sequence, isInShard);
        if (emergencyPosition > 0) {
            out.raw(EMERGENCY_POSITION);
            out.number(emergencyPosition);
        }
        out.raw(TIERS[tier.ordinal()]);
        out.raw(LANES[lane.ordinal()]);
        if (duplicate) {
            out.raw(DUPLICATE);
        }
        out.write('}');
    }

    private static void numberOrNull(JsonBytes out, long number, boolean isThere) {
        if (isThere) {
            out.number(number);
        } else {
            out.raw(NULL);
        }
    }
}
