package io.evident.pipeline.ledger;

import io.evident.event.EventView;
import io.evident.event.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Counts what one shard stores. The counters of {@link LaneCounters} cannot tell which sequences they have counted, as
 * many threads count at any moment; this one can, because one thread counts, and is asked between two blocks only. The
 * shard's writer counts; {@link #ask} and {@link #last} are for any thread.
 */
public final class StoredTally {
    private final IntakeLedger ledger;
    private final int shard;
    private final int firstIncarnation;
    private final List<StoredCut.Stretch> ended = new ArrayList<>();
    private final EventCounts stored = new EventCounts();
    private final EventCounts leftOver = new EventCounts();
    private final EventCounts folded = new EventCounts();
    private final EventCounts known = new EventCounts();
    private final AtomicReference<CountDownLatch> question = new AtomicReference<>();
    private final StoredBurst burst = new StoredBurst();
    private StoredCut.Stretch stretch;
    private long counted;
    private volatile StoredCut last;

    /**
     * @param incarnation the shard's in this run
     * @param nextSequence the first that this run gives
     */
    public StoredTally(IntakeLedger ledger, int shard, int incarnation, long nextSequence) {
        this.ledger = ledger;
        this.shard = shard;
        this.firstIncarnation = incarnation;
        this.stretch = new StoredCut.Stretch(incarnation, nextSequence, nextSequence - 1);
        this.last = cut();
    }

    /** The shard's incarnation when this run of the server began to write it. Any thread. */
    public int firstIncarnation() {
        return firstIncarnation;
    }

    /** Asks for a cut; the latch is counted down when {@link #last} is younger than the question. Any thread. */
    public void ask(CountDownLatch answered) {
        question.set(answered);
    }

    /** The last cut that was asked for; none of the shard's events before the first one. Any thread. */
    public StoredCut last() {
        return last;
    }

    /** Answers a question, if there is one: a volatile read when there is none. The writer only, between two blocks. */
    public void answer() {
        if (question.get() == null) {
            return;
        }
        CountDownLatch asked = question.getAndSet(null);
        if (asked == null) {
            return;
        }
        long sequences = stretch.count();
        for (StoredCut.Stretch each : ended) {
            sequences += each.count();
        }
        // A writer that broke down within a block has counted only a part of it: then the last cut remains.
        if (sequences == counted) {
            last = cut();
        }
        asked.countDown();
    }

    private StoredCut cut() {
        List<StoredCut.Stretch> stretches = new ArrayList<>(ended);
        stretches.add(stretch);
        return new StoredCut(shard, stretches, stored, leftOver, folded, known);
    }

    /** An event from a lane is stored in the block at hand. The writer only, as all below. */
    public void countStored(LaneCounters counters) {
        burst.count(counters);
        count(counters);
    }

    /** Lets the counters know of all that was stored; before anybody is told. */
    public void tellStored() {
        burst.tell();
    }

    /** An event of the block at hand got its sequence. */
    public void count(LaneCounters counters) {
        stored.increment(counters);
        counted++;
    }

    /**
     * An event of the emergency journal is in the shard's.
     *
     * @param incarnation in which it was received
     * @param isNew whether it got its sequence by being folded; false when it had one already
     */
    public void countFolded(EventView event, int incarnation, boolean isNew) {
        LaneCounters counters = ledger.of(event).lane(Lane.CRITICAL);
        boolean ofThisRun = incarnation >= firstIncarnation;
        if (isNew) {
            count(counters);
        }
        if (ofThisRun) {
            folded.increment(counters);
            if (!isNew) {
                known.increment(counters);
            }
        } else if (isNew) {
            leftOver.increment(counters);
        }
    }

    /** All events of a block are counted. */
    public void endBlock(long lastSequence) {
        stretch = new StoredCut.Stretch(stretch.incarnation(), stretch.from(), lastSequence);
    }

    /**
     * The shard goes on in another journal: what stands from this sequence on is there, in another incarnation, be it
     * counted already or to come.
     */
    public void moveTo(int incarnation, long fromSequence) {
        long through = stretch.through();
        if (fromSequence > stretch.from()) {
            ended.add(new StoredCut.Stretch(stretch.incarnation(), stretch.from(), fromSequence - 1));
        }
        stretch = new StoredCut.Stretch(incarnation, fromSequence, through);
    }
}
