package io.evident.load.target;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A sample of ids, spread evenly over however many come: those whose hash is low enough, where what is enough becomes
 * less each time the sample is full. The same ids make the same sample. Offered by one thread, read by any.
 */
final class IdSample {
    static final int MOST = 512;

    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private final List<UUID> ids = new ArrayList<>();
    private int zeroBits;

    void offer(long idHigh, long idLow) {
        if (isSampled(idLow, zeroBits)) {
            add(new UUID(idHigh, idLow));
        }
    }

    private synchronized void add(UUID id) {
        ids.add(id);
        while (ids.size() > MOST) {
            zeroBits++;
            ids.removeIf(each -> !isSampled(each.getLeastSignificantBits(), zeroBits));
        }
    }

    private static boolean isSampled(long idLow, int zeroBits) {
        return Long.numberOfLeadingZeros(idLow * SPREAD) >= zeroBits;
    }

    synchronized List<UUID> ids() {
        return List.copyOf(ids);
    }
}
