package io.evident.load.http;

import io.evident.event.Lane;
import io.evident.load.target.ThreadAnswers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Counts the receipts in the body of an answer, by lane, without making objects of them. Reusable. Not thread-safe.
 */
final class ReceiptScan {
    private static final byte[] RECEIPTS = "\"receipts\":[".getBytes(StandardCharsets.US_ASCII);
    private static final int ID_CHARACTERS = 36;
    private static final int HEX_BITS = 4;

    private final int[] perLane = new int[Lane.count()];
    private final int[] duplicates = new int[Lane.count()];
    private byte[] bytes;
    private int at;
    private int to;
    private int lane;
    private boolean duplicate;
    private int count;
    private boolean onlyReceipts;

    /** Counts what is in a body; ids of receipts are offered to the sample. */
    void scan(byte[] body, int from, int end, ThreadAnswers sample) throws IOException {
        bytes = body;
        to = end;
        count = 0;
        Arrays.fill(perLane, 0);
        Arrays.fill(duplicates, 0);
        onlyReceipts = false;
        at = from + 1;
        if (end - at < RECEIPTS.length
                || !Arrays.equals(body, at, at + RECEIPTS.length, RECEIPTS, 0, RECEIPTS.length)) {
            return;
        }
        at += RECEIPTS.length;
        while (next() == '{') {
            receipt(sample);
            if (next() == ',') {
                at++;
            }
        }
        // What else there is: ],"rejected":[]}
        onlyReceipts = end - at == "],\"rejected\":[]}".length();
    }

    private void receipt(ThreadAnswers sample) throws IOException {
        lane = -1;
        duplicate = false;
        at++;
        while (next() == '"') {
            member(sample);
            if (next() == ',') {
                at++;
            }
        }
        if (next() != '}' || lane < 0) {
            throw unreadable();
        }
        at++;
        count++;
        perLane[lane]++;
        duplicates[lane] += duplicate ? 1 : 0;
    }

    private void member(ThreadAnswers sample) throws IOException {
        int name = ++at;
        int nameLength = skipTo('"') - name;
        at += 2;
        byte first = bytes[name];
        if (next() != '"') {
            duplicate |= first == 'd' && next() == 't';
            while (next() != ',' && next() != '}') {
                at++;
            }
            return;
        }
        int value = ++at;
        int length = skipTo('"') - value;
        at++;
        if (first == 'l' && length > 0) {
            lane = lane(bytes[value]);
        } else if (first == 'i' && nameLength == 2 && length == ID_CHARACTERS) {
            sample.taken(hex(value, value + 18), hex(value + 19, value + ID_CHARACTERS));
        }
    }

    private int skipTo(int wanted) throws IOException {
        while (next() != wanted) {
            at++;
        }
        return at;
    }

    private int next() throws IOException {
        if (at >= to) {
            throw unreadable();
        }
        return bytes[at];
    }

    private static int lane(byte initial) {
        return switch (initial) {
            case 'c' -> Lane.CRITICAL.ordinal();
            case 'e' -> Lane.ELEVATED.ordinal();
            default -> Lane.STANDARD.ordinal();
        };
    }

    private long hex(int from, int end) {
        long value = 0;
        for (int i = from; i < end; i++) {
            if (bytes[i] != '-') {
                value = (value << HEX_BITS) | Character.digit(bytes[i], 16);
            }
        }
        return value;
    }

    private static IOException unreadable() {
        return new IOException("the server sent receipts that cannot be read");
    }

    /** Receipts in the body. */
    int count() {
        return count;
    }

    /** Whether nothing was rejected. */
    boolean onlyReceipts() {
        return onlyReceipts;
    }

    int perLane(int ofLane) {
        return perLane[ofLane];
    }

    int duplicates(int ofLane) {
        return duplicates[ofLane];
    }
}
