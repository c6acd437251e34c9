package io.evident.server.config;

/**
 * HTTP: where it listens, and what one connection may cost.
 *
 * @param maxBodyBytes longest body, as sent and as unpacked
 * @param maxBufferedBodyBytes bodies of all connections together
 * @param maxEventsPerRequest most events of one request
 * @param maxInFlight requests of one connection that wait for their answer
 * @param headerTimeoutMs from the first byte of a request to the end of its header
 * @param bodyTimeoutMs from the end of the header to the end of the body
 * @param idleTimeoutMs how long a connection without a request stays open
 * @param answerTimeoutMs how long receipts are waited for before their outcome is called unknown
 */
public record HttpConfig(
        HostPort address,
        int maxBodyBytes,
        long maxBufferedBodyBytes,
        int maxEventsPerRequest,
        int maxInFlight,
        long headerTimeoutMs,
        long bodyTimeoutMs,
        long idleTimeoutMs,
        long answerTimeoutMs) {}
