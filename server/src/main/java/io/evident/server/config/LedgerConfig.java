package io.evident.server.config;

/**
 * The ledger that the server writes into its own journal.
 *
 * @param intervalSeconds time between two records; 0 writes none, not even when the server stops
 */
public record LedgerConfig(int intervalSeconds) {}
