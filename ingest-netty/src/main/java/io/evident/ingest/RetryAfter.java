package io.evident.ingest;

import io.evident.event.RefusalReason;

/** How long a sender does well to wait before it tries again: the one place that says so, for TCP and HTTP. */
public final class RetryAfter {
    private static final int CROWDED_MS = 100;
    private static final int UNAVAILABLE_MS = 1_000;
    /** Intake goes on by itself once somebody has freed some room. */
    private static final int DISK_FULL_MS = 10_000;

    private RetryAfter() {}

    /** Milliseconds after which a retry may help; 0 where waiting does not. */
    public static int ms(RefusalReason reason) {
        return switch (reason.status()) {
            case 429 -> CROWDED_MS;
            case 503 -> UNAVAILABLE_MS;
            case 507 -> DISK_FULL_MS;
            default -> 0;
        };
    }

    /** The same in whole seconds, as {@code Retry-After} has it. */
    public static int seconds(RefusalReason reason) {
        return (ms(reason) + 999) / 1_000;
    }
}
