package io.evident.load.intake;

import io.evident.event.AuditEvent;
import io.evident.event.EventTimeText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Batches of rows of given events, drawn at random, each with an id of its own and the batch's time: as Evident gives the
 * time at which it received a frame to all events in it that have none. What does not change is written beforehand. Not
 * thread-safe.
 */
final class IntakeRows {
    private static final long VERSION_7 = 0x7000L;
    private static final int LOW_BITS_OF_HIGH = 0x1000;
    private static final long VARIANT_BITS = 0x8000_0000_0000_0000L;
    private static final long ID_MASK = 0x3FFF_FFFF_FFFF_FFFFL;
    private static final long NS_PER_MS = 1_000_000;

    private final String[] behindTimes;
    private final SplittableRandom random;
    private final StringBuilder rows = new StringBuilder();

    IntakeRows(List<AuditEvent> events, long seed) {
        this.behindTimes = events.stream().map(IntakeRows::behindTimes).toArray(String[]::new);
        this.random = new SplittableRandom(seed);
    }

    private static String behindTimes(AuditEvent event) {
        StringBuilder row = new StringBuilder();
        CopyRows.appendBehindTimes(row, event);
        return row.toString();
    }

    /** The next rows, in the form that {@code COPY} takes. */
    byte[] next(int count, long timeNs) {
        String time = EventTimeText.format(timeNs);
        String times = '\t' + time + '\t' + time + '\t';
        rows.setLength(0);
        for (int i = 0; i < count; i++) {
            rows.append(id(timeNs / NS_PER_MS)).append(times).append(behindTimes[random.nextInt(behindTimes.length)]);
        }
        return rows.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Version 7 of RFC 9562, as senders' ids are: it begins with the time. */
    private UUID id(long timeMs) {
        long high = timeMs << 16 | VERSION_7 | random.nextInt(LOW_BITS_OF_HIGH);
        return new UUID(high, VARIANT_BITS | (random.nextLong() & ID_MASK));
    }
}
