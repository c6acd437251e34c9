package io.evident.load.target;

import io.evident.event.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Where the outcomes of all events of a run go. Thread-safe: each thread that tells of outcomes writes into figures of
 * its own, which are merged when they are read; histograms are added up and never averaged.
 *
 * <p>Latency belongs to the moment at which an event was due: those due within the measured time are in the histograms,
 * whenever their answers came. Rates belong to the moment of the answer.
 */
public final class Answers {
    private final List<ThreadAnswers> threads = new CopyOnWriteArrayList<>();
    private final ThreadLocal<ThreadAnswers> own = ThreadLocal.withInitial(() -> {
        ThreadAnswers made = new ThreadAnswers(this);
        threads.add(made);
        return made;
    });
    private volatile Span measured = new Span(0, 0);

    private record Span(long fromNs, long lengthNs) {}

    /** Latencies of events that were due from then on for so long count, by {@link System#nanoTime}. */
    public void measure(long fromNs, long lengthNs) {
        measured = new Span(fromNs, lengthNs);
    }

    boolean isMeasured(long intendedNs) {
        Span span = measured;
        long since = intendedNs - span.fromNs;
        return since >= 0 && since < span.lengthNs;
    }

    /** The figures of the calling thread, for code that has many outcomes to tell. */
    public ThreadAnswers ofThisThread() {
        return own.get();
    }

    /**
     * Events of one batch and one lane that were taken, now.
     *
     * @param lane where they went; {@link Lane#STANDARD} for systems that have none
     * @param intendedNs when they were due
     * @param sentNs when they were really given to the connection
     * @param duplicates how many of them had been there before
     */
    public void answered(Lane lane, long intendedNs, long sentNs, int events, int duplicates) {
        own.get().answered(lane, intendedNs, sentNs, System.nanoTime(), events, duplicates);
    }

    /** Events that the system refused: it did not keep them, and said so. */
    public void refused(String reason, int events) {
        own.get().refused(reason, events);
    }

    /** Events of which nobody knows whether they were kept. */
    public void failed(String reason, int events) {
        own.get().failed(reason, events);
    }

    /** What came so far, warm-up included. */
    public Totals totals() {
        Totals all = Totals.NONE;
        for (ThreadAnswers each : threads) {
            all = all.plus(each.totals());
        }
        return all;
    }

    /** Latencies since the last call. To be called by one thread only. */
    public Latencies takeLatencies() {
        Latencies taken = new Latencies();
        for (ThreadAnswers each : threads) {
            each.addLatenciesTo(taken);
        }
        return taken;
    }

    /** Ids of events that were taken: a sample of the whole run, by their hash. */
    public List<UUID> sampledIds() {
        List<UUID> ids = new ArrayList<>();
        threads.forEach(each -> ids.addAll(each.sampledIds()));
        return ids;
    }
}
