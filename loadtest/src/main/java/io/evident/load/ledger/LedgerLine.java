package io.evident.load.ledger;

import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.Tier;
import java.util.UUID;

/**
 * What a sender was told about one event, as one line of text:
 *
 * <pre>
 * receipt ID TIME SHARD INCARNATION SEQUENCE TIER LANE [duplicate]     sequence "-" where there is none
 * refused ID TIME REASON                                               it is not stored
 * unknown ID TIME WHY                                                  it may be stored or not
 * </pre>
 *
 * @param answer which of the three
 * @param id the event's id
 * @param timeMs when the answer came, by the sender's clock, in milliseconds since 1970
 * @param receipt what was promised; {@code null} where there is no receipt
 * @param reason one word on why there is none; {@code null} where there is a receipt
 */
record LedgerLine(Answer answer, UUID id, long timeMs, Receipt receipt, String reason) {
    private static final String DUPLICATE = "duplicate";
    private static final String NO_SEQUENCE = "-";

    /** The three answers that there are. */
    enum Answer {
        RECEIPT("receipt"),
        REFUSED("refused"),
        UNKNOWN("unknown");

        private final String text;

        Answer(String text) {
            this.text = text;
        }
    }

    static LedgerLine of(Receipt receipt, long timeMs) {
        return new LedgerLine(Answer.RECEIPT, receipt.id(), timeMs, receipt, null);
    }

    static LedgerLine refused(UUID id, long timeMs, String reason) {
        return new LedgerLine(Answer.REFUSED, id, timeMs, null, reason);
    }

    static LedgerLine unknown(UUID id, long timeMs, String why) {
        return new LedgerLine(Answer.UNKNOWN, id, timeMs, null, why);
    }

    /** The line, without its end. */
    String text() {
        String start = answer.text + " " + id + " " + timeMs + " ";
        if (receipt == null) {
            return start + reason;
        }
        return start + receipt.shard() + " " + receipt.incarnation() + " "
                + (receipt.hasSequence() ? Long.toString(receipt.sequence()) : NO_SEQUENCE) + " "
                + receipt.tier().text() + " " + receipt.lane().text()
                + (receipt.duplicate() ? " " + DUPLICATE : "");
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException when it is none
     */
    static LedgerLine parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length < 4) {
            throw new IllegalArgumentException("no line of a ledger: " + line);
        }
        UUID id = UUID.fromString(words[1]);
        long timeMs = Long.parseLong(words[2]);
        return switch (words[0]) {
            case "receipt" -> of(receipt(id, words, line), timeMs);
            case "refused" -> refused(id, timeMs, words[3]);
            case "unknown" -> unknown(id, timeMs, words[3]);
            default -> throw new IllegalArgumentException("no line of a ledger: " + line);
        };
    }

    private static Receipt receipt(UUID id, String[] words, String line) {
        Tier tier = words.length < 8 ? null : Tier.ofText(words[6]);
        Lane lane = words.length < 8 ? null : lane(words[7]);
        if (tier == null || lane == null) {
            throw new IllegalArgumentException("no receipt: " + line);
        }
        return new Receipt(
                id,
                Integer.parseInt(words[3]),
                Integer.parseInt(words[4]),
                words[5].equals(NO_SEQUENCE) ? Receipt.NO_SEQUENCE : Long.parseLong(words[5]),
                tier,
                lane,
                words.length > 8 && words[8].equals(DUPLICATE));
    }

    private static Lane lane(String text) {
        for (Lane lane : Lane.values()) {
            if (lane.text().equals(text)) {
                return lane;
            }
        }
        return null;
    }
}
