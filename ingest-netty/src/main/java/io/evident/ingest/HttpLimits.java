package io.evident.ingest;

/**
 * What one HTTP connection may cost. Reaching a limit is a typed refusal.
 *
 * @param maxRequestLineBytes longest request line; 8,192 by default
 * @param maxHeaderBytes all header fields together; 16,384 by default
 * @param maxBodyBytes longest body, as sent and as unpacked; 8 MiB by default
 * @param maxBufferedBodyBytes bodies of all connections together; 64 MiB by default
 * @param maxEventsPerRequest most events of one request; 10,000 by default
 * @param maxInFlight requests of one connection that wait for their answer; reading stops there; 16 by default
 * @param headerTimeoutMs from the first byte of a request to the end of its header; 10,000 by default
 * @param bodyTimeoutMs from the end of the header to the end of the body; 60,000 by default
 * @param idleTimeoutMs how long a connection without a request stays open; 60,000 by default
 * @param answerTimeoutMs how long receipts are waited for before their outcome is called unknown; 30,000 by default
 * @param writeStallTimeoutMs how long a client may leave its answers unread; 30,000 by default
 */
public record HttpLimits(
        int maxRequestLineBytes,
        int maxHeaderBytes,
        int maxBodyBytes,
        long maxBufferedBodyBytes,
        int maxEventsPerRequest,
        int maxInFlight,
        long headerTimeoutMs,
        long bodyTimeoutMs,
        long idleTimeoutMs,
        long answerTimeoutMs,
        long writeStallTimeoutMs) {

    public HttpLimits {
        Limits.atLeastOne("maxRequestLineBytes", maxRequestLineBytes);
        Limits.atLeastOne("maxHeaderBytes", maxHeaderBytes);
        Limits.atLeastOne("maxBodyBytes", maxBodyBytes);
        Limits.atLeastOne("maxBufferedBodyBytes", maxBufferedBodyBytes);
        Limits.atLeastOne("maxEventsPerRequest", maxEventsPerRequest);
        Limits.atLeastOne("maxInFlight", maxInFlight);
        Limits.atLeastOne("headerTimeoutMs", headerTimeoutMs);
        Limits.atLeastOne("bodyTimeoutMs", bodyTimeoutMs);
        Limits.atLeastOne("idleTimeoutMs", idleTimeoutMs);
        Limits.atLeastOne("answerTimeoutMs", answerTimeoutMs);
        Limits.atLeastOne("writeStallTimeoutMs", writeStallTimeoutMs);
    }

    /** The shipped limits. */
    public static HttpLimits defaults() {
        return new HttpLimits(
                8 * 1024, 16 * 1024, 8 << 20, 64L << 20, 10_000, 16, 10_000, 60_000, 60_000, 30_000, 30_000);
    }
}
