package io.evident.pipeline.recorder;

import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import io.evident.pipeline.Pipeline;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.ledger.StoredCut;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the ledger into the journal: contract 3, for a third party. Each record is one event of the server's own, or
 * several when there are many tenants; it goes down the road like any other, and is counted by the next record. It waits
 * for other threads, so it runs on one of its own: never a writer's or a network thread.
 */
public final class LedgerRecorder {
    /** The action of the server's own events that are records. */
    public static final String ACTION = "ledger.recorded";

    private static final Logger LOG = LoggerFactory.getLogger(LedgerRecorder.class);
    /** How long a record with all its parts may take. */
    private static final long ANSWERS_MS = 10_000;
    /** How often a part is tried: each time in another stream, which mostly leads to another shard. */
    private static final int ATTEMPTS = 8;

    private static final long TELL_AGAIN_NS = 600_000_000_000L;
    private static final long NS_PER_MS = 1_000_000;

    private final Pipeline pipeline;
    private final NanoClock clock;
    private final OwnEvents events;
    private final SyncedCuts cuts;
    private final String run = UUID.randomUUID().toString();
    private final long startedTick;
    private final ReentrantLock oneRecord = new ReentrantLock();
    private final RecordPace pace;
    private long nextRecord;
    /** The number of the stream that took the last part. */
    private int stream;

    private boolean failing;
    private long toldTick;
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile long recordedTick;

    /**
     * @param patience how to wait for writers, forces and receipts
     * @param wallNs the wall clock, nanoseconds since 1970
     */
    public LedgerRecorder(Pipeline pipeline, Patience patience, NanoClock clock, LongSupplier wallNs) {
        this.pipeline = pipeline;
        this.events = new OwnEvents(pipeline.intake(), patience, clock, wallNs);
        this.clock = clock;
        this.cuts = new SyncedCuts(pipeline::shards, patience);
        this.startedTick = clock.nanoTime();
        this.pace = new RecordPace(startedTick);
    }

    /** What all records of this recorder name as their run. */
    String run() {
        return run;
    }

    /** Records that were stored and forced, whole. Any thread. */
    public long records() {
        return records.get();
    }

    /** Records that were not, or not wholly. Any thread. */
    public long failures() {
        return failures.get();
    }

    /** Time since the last whole record; since the start while there is none. Any thread. */
    public long ageMs() {
        long since = records.get() == 0 ? startedTick : recordedTick;
        return Math.max(0, clock.nanoTime() - since) / NS_PER_MS;
    }

    /** Writes a record and waits for its receipts; false when it was refused, which is logged. Any thread. */
    public boolean record() {
        return record("interval", true, ANSWERS_MS);
    }

    /**
     * The same at the end of an interval: nothing is written, and that is no failure, when nothing was counted since the last
     * record but the server's own events, or when the last record was so large that this interval is left out for it. Any
     * thread.
     */
    public boolean recordInterval() {
        return record("interval", false, ANSWERS_MS);
    }

    /**
     * The same for the last record of the run, when nothing else is on the road any more.
     *
     * @param withinMs how long it may take, also when another record is being written and hangs; false when that was too
     *     short
     */
    public boolean recordLast(long withinMs) {
        return record("stop", true, withinMs);
    }

    private boolean record(String reason, boolean always, long withinMs) {
        long deadline = clock.nanoTime() + withinMs * NS_PER_MS;
        if (!lock(withinMs)) {
            return false;
        }
        try {
            return recordNow(reason, always, deadline);
        } finally {
            oneRecord.unlock();
        }
    }

    private boolean lock(long withinMs) {
        try {
            return oneRecord.tryLock(withinMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean recordNow(String reason, boolean always, long deadline) {
        List<StoredCut> taken = cuts.take(leftMs(deadline));
        List<LedgerEntry> entries = LedgerEntry.read(pipeline.ledger(), taken);
        if (!always && !pace.isDue(entries, clock.nanoTime())) {
            return true;
        }
        List<String> parts = LedgerParts.of(run, nextRecord, reason, firstIncarnations(taken.size()), taken, entries);
        nextRecord++;
        for (String part : parts) {
            Refusal refusal = store(part, deadline);
            if (refusal != null) {
                failed(refusal);
                return false;
            }
        }
        if (failing) {
            failing = false;
            LOG.info("the ledger is recorded again");
        }
        recordedTick = clock.nanoTime();
        pace.recorded(entries, parts.size(), recordedTick);
        records.incrementAndGet();
        return true;
    }

    /** Of the shards that were cut: more may have come since. */
    private List<Integer> firstIncarnations(int shards) {
        return pipeline.shards().subList(0, shards).stream()
                .map(shard -> shard.tally().firstIncarnation())
                .toList();
    }

    private long leftMs(long deadline) {
        return Math.max(0, (deadline - clock.nanoTime()) / NS_PER_MS);
    }

    private Refusal store(String attributes, long deadline) {
        Refusal refusal = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            refusal = offer(attributes, deadline);
            boolean elsewhereMaybe = refusal != null
                    && refusal.reason() != RefusalReason.DISK_FULL
                    && refusal.reason() != RefusalReason.TIMEOUT
                    && !refusal.reason().sendersFault();
            if (!elsewhereMaybe) {
                return refusal;
            }
            stream = (stream + 1) % ATTEMPTS;
        }
        return refusal;
    }

    private Refusal offer(String attributes, long deadline) {
        AuditEvent event = AuditEvent.builder(TenantScope.SYSTEM, "evident", ACTION).stream("ledger-" + stream)
                .category("ledger")
                .resource("ledger", run)
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P4_INFO)
                .attributes(attributes)
                .build();
        return events.store(event, leftMs(deadline));
    }

    private void failed(Refusal refusal) {
        failures.incrementAndGet();
        long now = clock.nanoTime();
        if (!failing || now - toldTick > TELL_AGAIN_NS) {
            LOG.warn(
                    "the ledger was not recorded: {} ({}); the counts go on, and the next record has them",
                    refusal.detail(),
                    refusal.reason().text());
            toldTick = now;
        }
        failing = true;
    }
}
