package io.evident.event;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Assigns event ids: UUIDs of version 7 (RFC 9562, section 5.7), 48 bits of Unix milliseconds, then 12 bits that count
 * within the millisecond (method 1 of section 6.2), then 62 random bits. Ids of one instance strictly ascend, also when
 * the clock steps back. Thread-safe.
 */
public final class EventIds {
    private static final int COUNTER_BITS = 12;

    /** Drawn at once: a draw costs hundreds of nanoseconds, however few bytes it is for. */
    private static final int RANDOM_BYTES = 512;

    private final LongSupplier clockMs;
    private final SecureRandom random;
    private final byte[] randomBytes = new byte[RANDOM_BYTES];
    private int randomUsed = RANDOM_BYTES;
    /** Milliseconds and counter of the last id, as one number. */
    private final AtomicLong last = new AtomicLong();

    /** Ids by the system clock. */
    public EventIds() {
        this(System::currentTimeMillis, new SecureRandom());
    }

    /**
     * Ids by a given clock.
     *
     * @param clockMs milliseconds since 1970
     */
    public EventIds(LongSupplier clockMs, SecureRandom random) {
        this.clockMs = clockMs;
        this.random = random;
    }

    /** The next id. */
    public UUID next() {
        long now = clockMs.getAsLong() << COUNTER_BITS;
        long tick = last.updateAndGet(previous -> Math.max(previous + 1, now));
        long high = (tick >>> COUNTER_BITS << 16) | 0x7000 | (tick & 0xFFF);
        long low = (nextRandom() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    private synchronized long nextRandom() {
        if (randomUsed == RANDOM_BYTES) {
            random.nextBytes(randomBytes);
            randomUsed = 0;
        }
        long drawn = EventLayout.getLong(randomBytes, randomUsed);
        randomUsed += Long.BYTES;
        return drawn;
    }
}
