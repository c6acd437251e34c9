/** The gate: who may send, what is valid, what was sent before, and how the sender is answered. */
package io.evident.pipeline.admission;
