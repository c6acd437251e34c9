package io.evident.server.config;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

/**
 * One entry of the calendar: a time window in which a stream is protected.
 *
 * @param stream the stream
 * @param from begin, inclusive, local time in the zone
 * @param to end, exclusive; a plain date {@code to} in the file includes that day, and so stands here as the next midnight
 * @param zone the zone of both
 */
public record OccasionConfig(String stream, LocalDateTime from, LocalDateTime to, ZoneId zone) {
    /** Begin, inclusive. */
    public Instant fromInstant() {
        return from.atZone(zone).toInstant();
    }

    /** End, exclusive. */
    public Instant toInstant() {
        return to.atZone(zone).toInstant();
    }
}
