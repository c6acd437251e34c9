package io.evident.load.engine;

/**
 * One second or less of the measured time.
 *
 * @param atSeconds its end, since measuring began
 * @param lengthSeconds how long it was
 * @param receipts events that were taken
 * @param refused events that were refused
 * @param p50Ns latencies of the answers that came in it, from when they were due; 0 without any
 */
public record Second(
        double atSeconds, double lengthSeconds, long receipts, long refused, long p50Ns, long p99Ns, long p999Ns) {}
