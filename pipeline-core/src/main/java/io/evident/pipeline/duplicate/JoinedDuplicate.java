package io.evident.pipeline.duplicate;

import io.evident.event.Tier;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.receipt.ReceiptSink;

/**
 * A duplicate of an event in flight: it waits for the first one's answer.
 *
 * @param index what it was offered under
 * @param tier the tier its own sender waits for
 * @param counters where it is counted as in flight while it waits, and then as what became of it
 */
public record JoinedDuplicate(ReceiptSink sink, int index, long idHigh, long idLow, Tier tier, LaneCounters counters) {}
