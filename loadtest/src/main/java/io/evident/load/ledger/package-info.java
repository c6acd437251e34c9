/**
 * Proof by an outside witness: a driver that writes down every answer where the server cannot reach it, and a check that
 * compares what was promised with what is stored. What an event says follows from its id, so that the ledger holds ids
 * only, and a changed event is still found.
 */
package io.evident.load.ledger;
