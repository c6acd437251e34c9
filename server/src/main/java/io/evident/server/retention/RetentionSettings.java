package io.evident.server.retention;

/**
 * How retention works.
 *
 * @param intervalSeconds time between two looks
 * @param rewritePercent a segment is written anew when as much of its bytes has expired, 1 to 100
 * @param bytesPerSecond how much is read in a second at most
 */
public record RetentionSettings(int intervalSeconds, int rewritePercent, long bytesPerSecond) {}
