package io.evident.pipeline.writer;

import io.evident.event.Tier;
import io.evident.pipeline.commit.Answers;
import io.evident.pipeline.commit.SyncBatch;
import io.evident.pipeline.duplicate.DuplicateWindow;
import io.evident.pipeline.duplicate.JoinedDuplicate;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.lane.LaneRing;
import io.evident.pipeline.lane.LaneSlot;
import io.evident.pipeline.latency.LatencyRecorder;
import io.evident.pipeline.ledger.StoredTally;
import io.evident.pipeline.receipt.ReceiptSink;
import java.util.List;

/**
 * Answers the events of a block that was appended: who waits for JOURNALED at once, who waits for SYNCED goes into a batch
 * for the committer. The writer's thread only.
 */
final class BlockAnswers {
    private final ShardContext shard;
    private final DuplicateWindow duplicates;
    private final StoredTally tally;

    @SuppressWarnings("UnusedVariable") // only read to have it near
    private long looked;

    BlockAnswers(ShardContext shard) {
        this.shard = shard;
        this.duplicates = shard.duplicates();
        this.tally = shard.tally();
    }

    /**
     * An event's claim is settled before its receipt goes out: who repeats it then is told of its place.
     *
     * @param first the ring position of the block's first event
     * @param last of its last
     * @param nowTick when it was appended
     */
    void answer(LaneRing ring, long first, long last, BlockInfo info, long nowTick, SyncBatch syncBatch) {
        LatencyRecorder journaled = shard.latencies().journaled(info.lane());
        long sequence = info.firstSequence();
        long receivedTick = ring.peek(first).receivedTick();
        int ofOneTick = 0;
        count(ring, first, last);
        for (long position = first; position <= last; position++, sequence++) {
            LaneSlot slot = ring.peek(position);
            List<JoinedDuplicate> joined =
                    duplicates.resolve(slot.duplicateHandle(), shard.shard(), sequence, info.lane());
            // Neighbours mostly come from one frame.
            if (slot.receivedTick() != receivedTick) {
                journaled.record(nowTick - receivedTick, ofOneTick);
                receivedTick = slot.receivedTick();
                ofOneTick = 0;
            }
            ofOneTick++;
            if (slot.tier() == Tier.SYNCED) {
                syncBatch.add(slot, sequence);
            } else if (slot.tier() == Tier.JOURNALED) {
                Answers.receipt(
                        slot.sink(),
                        slot.index(),
                        slot.idHigh(),
                        slot.idLow(),
                        shard.shard(),
                        info.incarnation(),
                        sequence,
                        Tier.JOURNALED,
                        info.lane(),
                        false);
            }
            if (joined != null) {
                answerJoined(joined, sequence, info);
            }
        }
        journaled.record(nowTick - receivedTick, ofOneTick);
        flushJournaled(ring, first, last);
    }

    /**
     * Counts what is stored, and reads of the duplicate window all that will be written to, so that the memory is waited for
     * once.
     */
    private void count(LaneRing ring, long first, long last) {
        long all = 0;
        for (long position = first; position <= last; position++) {
            LaneSlot slot = ring.peek(position);
            tally.countStored(slot.counters());
            all ^= duplicates.look(slot.duplicateHandle());
        }
        tally.tellStored();
        looked = all;
    }

    private static void flushJournaled(LaneRing ring, long first, long last) {
        ReceiptSink previous = null;
        for (long position = first; position <= last; position++) {
            LaneSlot slot = ring.peek(position);
            if (slot.tier() == Tier.JOURNALED && slot.sink() != previous) {
                previous = slot.sink();
                Answers.flush(previous);
            }
        }
    }

    private void answerJoined(List<JoinedDuplicate> joined, long sequence, BlockInfo info) {
        for (JoinedDuplicate duplicate : joined) {
            duplicate.counters().countJoinedStored();
            shard.answerDuplicate(duplicate, sequence, info.incarnation(), info.lane());
        }
    }
}
