package io.evident.server.config;

/**
 * How what has expired is found and freed; what expires when is told to the server at work.
 *
 * @param intervalSeconds time between two looks
 * @param rewritePercent a sealed segment is written anew when as much of its bytes has expired
 * @param bytesPerSecond how much is read for it in a second at most
 */
public record RetentionConfig(int intervalSeconds, int rewritePercent, long bytesPerSecond) {}
