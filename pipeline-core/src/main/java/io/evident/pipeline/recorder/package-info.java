/** Writes the ledger into the journal: what was received, and what became of it, as events of the server's own. */
package io.evident.pipeline.recorder;
