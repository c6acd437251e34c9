package io.evident.server.demo;

import io.evident.event.Tier;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What the demo's senders were told. Thread-safe. */
final class ReceiptCounts {
    private final Map<Tier, LongAdder> byTier = new EnumMap<>(Tier.class);
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder failed = new LongAdder();

    ReceiptCounts() {
        for (Tier tier : Tier.values()) {
            byTier.put(tier, new LongAdder());
        }
    }

    void countReceipt(Tier tier, boolean duplicate) {
        byTier.get(tier).increment();
        if (duplicate) {
            duplicates.increment();
        }
    }

    void countFailed() {
        failed.increment();
    }

    long receipts(Tier tier) {
        return byTier.get(tier).sum();
    }

    long duplicates() {
        return duplicates.sum();
    }

    long failed() {
        return failed.sum();
    }
}
