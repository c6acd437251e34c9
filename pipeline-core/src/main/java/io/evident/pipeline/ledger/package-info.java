/** The count of every event by what became of it: received = stored + duplicate + refused + in flight. */
package io.evident.pipeline.ledger;
