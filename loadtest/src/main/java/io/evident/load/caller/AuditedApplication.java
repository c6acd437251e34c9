package io.evident.load.caller;

import io.evident.client.AuditClient;
import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Receipt;
import io.evident.event.Severity;
import io.evident.load.caller.CallerFigures.CallsInRow;
import io.evident.load.caller.CallerFigures.ShareOfCore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** One thread of an application that answers requests and has each of them audited, or not. For that thread. */
final class AuditedApplication {
    private static final long HIGHEST_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int CALLS_IN_ROW = 1_000;
    private static final int WORK_BYTES = 1_024;
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final AuditClient client;
    private final CallerThreads threads = new CallerThreads();
    private final MessageDigest digest = sha256();
    private final byte[] request = new byte[WORK_BYTES];
    private final int worksPerRequest;
    private final Histogram calls = new Histogram(HIGHEST_NS, 3);
    private final Histogram receipts = new ConcurrentHistogram(HIGHEST_NS, 3);
    private final AtomicLong answered = new AtomicLong();
    private volatile Throwable problem;
    private long requests;
    private long audited;

    /** An application whose requests take so long. */
    AuditedApplication(AuditClient client, int workUs) {
        this.client = client;
        this.worksPerRequest = (int) Math.max(1, TimeUnit.MICROSECONDS.toNanos(workUs) / workNs());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }

    /** How long one piece of work takes, when it is compiled. */
    private long workNs() {
        int pieces = 50_000;
        work(pieces);
        long startedNs = System.nanoTime();
        work(pieces);
        return Math.max(1, (System.nanoTime() - startedNs) / pieces);
    }

    private void work(int pieces) {
        for (int i = 0; i < pieces; i++) {
            digest.update(request);
            System.arraycopy(digest.digest(), 0, request, 0, digest.getDigestLength());
        }
    }

    /** Calls of {@code send} that follow each other at once, in heaps, each heap after the answers to the one before. */
    CallsInRow callInRow(int seconds) {
        Histogram calls = new Histogram(HIGHEST_NS, 3);
        AuditEvent[] events = new AuditEvent[CALLS_IN_ROW];
        CompletionStage<?>[] stages = new CompletionStage<?>[CALLS_IN_ROW];
        long clientBytes = threads.clientAllocatedBytes();
        long clientNs = threads.clientCpuNs();
        long callerBytes = 0;
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() - endNs < 0) {
            for (int i = 0; i < CALLS_IN_ROW; i++) {
                events[i] = event();
            }
            long before = threads.ownAllocatedBytes();
            for (int i = 0; i < CALLS_IN_ROW; i++) {
                long startedNs = System.nanoTime();
                stages[i] = client.send(events[i]);
                calls.recordValue(Math.min(System.nanoTime() - startedNs, HIGHEST_NS));
            }
            callerBytes += threads.ownAllocatedBytes() - before;
            for (CompletionStage<?> stage : stages) {
                stage.toCompletableFuture().join();
            }
        }
        double count = calls.getTotalCount();
        return new CallsInRow(
                calls,
                callerBytes / count,
                (threads.clientAllocatedBytes() - clientBytes) / count,
                (threads.clientCpuNs() - clientNs) / count);
    }

    private AuditEvent event() {
        requests++;
        return AuditEvent.builder("load-caller", "user-" + requests % 5_000, "document.read")
                .actorIp("192.0.2.17")
                .resource("document", "document-" + requests)
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P3_LOW)
                .attributes("{\"session\":\"8f14e45fceea167a5a36dedd4bea2543\",\"answer\":200}")
                .build();
    }

    /**
     * Answers requests at a rate, each audited or none, and waits for the receipts; of the audited ones the latencies are kept.
     * Throws {@link CompletionException} when an event got no receipt.
     */
    ShareOfCore serve(int rate, int seconds, boolean audited) {
        long clientNs = threads.clientCpuNs();
        long processNs = threads.processCpuNs();
        long callsNs = 0;
        long beganNs = System.nanoTime();
        long count = (long) rate * seconds;
        for (long i = 0; i < count; i++) {
            awaitDue(beganNs + (long) (i * 1e9 / rate));
            work(worksPerRequest);
            callsNs += audited ? audit() : 0;
        }
        double tookNs = System.nanoTime() - beganNs;
        awaitReceipts();
        return new ShareOfCore(
                (threads.processCpuNs() - processNs) / tookNs,
                (threads.clientCpuNs() - clientNs) / tookNs,
                callsNs / tookNs);
    }

    private static void awaitDue(long dueNs) {
        while (System.nanoTime() - dueNs < 0) {
            LockSupport.parkNanos(dueNs - System.nanoTime());
        }
    }

    /** One event made and sent. Returns what both took; the histogram has what the sending alone took. */
    private long audit() {
        long makingNs = System.nanoTime();
        AuditEvent event = event();
        long sendingNs = System.nanoTime();
        CompletionStage<Receipt> stage = client.send(event);
        long sentNs = System.nanoTime();
        calls.recordValue(Math.min(sentNs - sendingNs, HIGHEST_NS));
        audited++;
        var unused = stage.whenComplete((receipt, failed) -> {
            receipts.recordValue(Math.min(System.nanoTime() - sendingNs, HIGHEST_NS));
            problem = failed == null ? problem : failed;
            answered.incrementAndGet();
        });
        return sentNs - makingNs;
    }

    /** Every event has its answer, as every stage of a client completes. */
    private void awaitReceipts() {
        while (answered.get() < audited) {
            LockSupport.parkNanos(LOOK_NS);
        }
        if (problem != null) {
            throw new CompletionException(problem);
        }
    }

    /** Forgets the latencies so far. */
    void reset() {
        calls.reset();
        receipts.reset();
    }

    /** What the calls of audited requests took, in nanoseconds. */
    Histogram calls() {
        return calls;
    }

    /** From these calls until their receipts, in nanoseconds. */
    Histogram receipts() {
        return receipts;
    }
}
