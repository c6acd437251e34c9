package io.evident.storage.archive;

import java.time.Duration;

/**
 * How sealed segments get small.
 *
 * @param isOn whether they do
 * @param after how long after it is found sealed a segment is left as it is
 * @param bytesPerSecond how much is read and compressed in a second at most, so that it is in nobody's way
 */
public record ArchiveSettings(boolean isOn, Duration after, long bytesPerSecond) {
    /** On, after ten minutes, 16 MiB a second. */
    public static final ArchiveSettings DEFAULT = new ArchiveSettings(true, Duration.ofMinutes(10), 16L << 20);

    public ArchiveSettings {
        if (after.isNegative() || bytesPerSecond < 1) {
            throw new IllegalArgumentException("archives after " + after + ", at " + bytesPerSecond + " bytes/s");
        }
    }
}
