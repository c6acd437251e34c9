package io.evident.load.engine;

import io.evident.load.pool.IdSequence;
import io.evident.load.target.Answers;
import io.evident.load.target.EventBatch;
import io.evident.load.target.Latencies;
import io.evident.load.target.TargetSender;
import io.evident.load.target.Totals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/** Carries out one run: warms up, measures, waits for the last answers. Used once, by one thread. */
public final class LoadRun {
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LAST_ANSWERS_NS = TimeUnit.SECONDS.toNanos(30);
    /** Of batches that were never sent, so many are looked at one by one. */
    private static final long MOST_UNSENT_BATCHES = 1_000_000;

    private final List<Flow> flows;
    private final Length length;
    private final long seed;
    private final long runTag;
    private final Progress progress;
    private final BooleanSupplier toldToEnd;
    private final Answers answers = new Answers();
    private final List<SendingLoop> loops = new ArrayList<>();
    private final List<Integer> batchEvents = new ArrayList<>();
    private final List<TargetSender> senders = new ArrayList<>();
    private final List<Second> series = new ArrayList<>();
    private final Latencies latencies = new Latencies();

    /**
     * How long a run is.
     *
     * @param events to end after so many receipts in the measured time, 0 for not
     */
    public record Length(int warmupSeconds, int seconds, long events) {}

    /** Hears once in a while how far the run is. */
    public interface Progress {
        /** Told every few hundredths of a second; the receipts are those of the warm-up or of the measured time so far. */
        void at(boolean warmingUp, long receipts, double seconds);

        /** The measured time begins now. */
        default void begins() {}

        /** The measured time ends now. */
        default void ends() {}
    }

    /**
     * @param seed chooses which events are sent in which order
     * @param runTag makes the ids of this run different from those of any other
     * @param toldToEnd whether to end before the time is over
     */
    public LoadRun(
            List<Flow> flows, Length length, long seed, long runTag, Progress progress, BooleanSupplier toldToEnd) {
        this.flows = flows;
        this.length = length;
        this.seed = seed;
        this.runTag = runTag;
        this.progress = progress;
        this.toldToEnd = toldToEnd;
    }

    /** Where the outcomes are counted. */
    public Answers answers() {
        return answers;
    }

    /**
     * Runs to the end.
     *
     * @throws IOException when a target let nobody in, a connection broke, answers did not come within half a minute, or the
     *     run was told to end before anything was measured
     */
    public RunResult run() throws IOException {
        try {
            openSenders();
            long beginNs = System.nanoTime();
            long fromNs = beginNs + TimeUnit.SECONDS.toNanos(length.warmupSeconds());
            answers.measure(fromNs, TimeUnit.SECONDS.toNanos(length.seconds()));
            startLoops(beginNs);
            warmUp(beginNs, fromNs);
            return measure(fromNs);
        } finally {
            loops.forEach(SendingLoop::stopSending);
            loops.forEach(SendingLoop::end);
            for (TargetSender sender : senders) {
                sender.close();
            }
        }
    }

    private void openSenders() throws IOException {
        for (Flow flow : flows) {
            for (int i = 0; i < flow.loops(); i++) {
                senders.add(flow.target().sender(i, answers));
            }
        }
    }

    private void startLoops(long beginNs) {
        int number = 0;
        for (Flow flow : flows) {
            Due due = flow.isClosedLoop() ? null : new Due(flow.curve(), flow.batch(), beginNs, length.warmupSeconds());
            for (int i = 0; i < flow.loops(); i++, number++) {
                EventBatch batch = new EventBatch(flow.pool(), new IdSequence(seed, runTag, number), flow.batch());
                SendingLoop loop = new SendingLoop(senders.get(number), batch, flow.batch(), due, i, flow.loops());
                loops.add(loop);
                batchEvents.add(flow.batch());
                Thread thread = new Thread(loop, "load-send-" + number);
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private void warmUp(long beginNs, long fromNs) throws IOException {
        while (fromNs - System.nanoTime() > 0 && !toldToEnd.getAsBoolean()) {
            tick(fromNs);
            progress.at(true, answers.totals().allReceipts(), (System.nanoTime() - beginNs) / 1e9);
        }
        if (fromNs - System.nanoTime() > 0) {
            throw new IOException("the run was ended in its warm-up: nothing was measured");
        }
    }

    private RunResult measure(long fromNs) throws IOException {
        long sentBefore = sent();
        Totals before = answers.totals();
        progress.begins();
        takeLag();
        long blockedBefore = blockedNs();
        rest(fromNs, before);
        double seconds = (System.nanoTime() - fromNs) / 1e9;
        Totals measured = answers.totals().since(before);
        long sent = sent() - sentBefore;
        progress.ends();
        Histogram lag = takeLag();
        loops.forEach(SendingLoop::stopSending);
        long endNs = System.nanoTime();
        awaitLastAnswers();
        latencies.add(answers.takeLatencies());
        Totals all = answers.totals();
        return new RunResult(
                seconds,
                sent,
                measured,
                all.since(before),
                all,
                latencies,
                unsent(fromNs, endNs),
                lag,
                (blockedNs() - blockedBefore) / 1e9,
                List.copyOf(series));
    }

    private void rest(long fromNs, Totals before) throws IOException {
        long secondNs = TimeUnit.SECONDS.toNanos(1);
        Totals last = before;
        long lastNs = System.nanoTime();
        long endNs = fromNs + TimeUnit.SECONDS.toNanos(length.seconds());
        long next = fromNs + secondNs;
        boolean goOn = true;
        while (goOn) {
            tick(Math.min(next - endNs < 0 ? next : endNs, endNs));
            long now = System.nanoTime();
            Totals all = answers.totals();
            long receipts = all.since(before).allReceipts();
            goOn = now - endNs < 0 && !toldToEnd.getAsBoolean() && (length.events() == 0 || receipts < length.events());
            if (now - next >= 0 || !goOn) {
                addSecond(fromNs, lastNs, now, all.since(last));
                last = all;
                lastNs = now;
                next += secondNs;
            }
            progress.at(false, receipts, (now - fromNs) / 1e9);
        }
    }

    private void addSecond(long fromNs, long lastNs, long now, Totals of) {
        Latencies interval = answers.takeLatencies();
        latencies.add(interval);
        Histogram response = Latencies.merged(interval.response());
        series.add(new Second(
                (now - fromNs) / 1e9,
                (now - lastNs) / 1e9,
                of.allReceipts(),
                of.allRefused(),
                response.getValueAtPercentile(50),
                response.getValueAtPercentile(99),
                response.getValueAtPercentile(99.9)));
    }

    private void tick(long untilNs) throws IOException {
        long missing = untilNs - System.nanoTime();
        if (missing > 0) {
            LockSupport.parkNanos(Math.min(missing, TICK_NS));
        }
        throwFailure();
    }

    private void awaitLastAnswers() throws IOException {
        long deadline = System.nanoTime() + LAST_ANSWERS_NS;
        while (!loops.stream().allMatch(SendingLoop::isDone)) {
            throwFailure();
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("events were still unanswered half a minute after the last was sent");
            }
            LockSupport.parkNanos(TICK_NS);
        }
        throwFailure();
    }

    /** How long those had waited that were due and never taken. */
    private Histogram unsent(long fromNs, long endNs) {
        Histogram waited = new Histogram(Latencies.HIGHEST_NS, Latencies.DIGITS);
        for (int i = 0; i < loops.size(); i++) {
            SendingLoop loop = loops.get(i);
            if (loop.due() != null) {
                addUnsent(loop, batchEvents.get(i), fromNs, endNs, waited);
            }
        }
        return waited;
    }

    private static void addUnsent(SendingLoop loop, int events, long fromNs, long endNs, Histogram waited) {
        long last = loop.nextBatch() + MOST_UNSENT_BATCHES * loop.step();
        for (long number = loop.nextBatch(); number < last; number += loop.step()) {
            if (loop.due().afterBeginNs(number) == Long.MAX_VALUE) {
                return;
            }
            long waitedNs = endNs - loop.due().atNs(number);
            if (waitedNs <= 0) {
                return;
            }
            if (loop.due().atNs(number) - fromNs >= 0) {
                waited.recordValueWithCount(Math.min(waitedNs, Latencies.HIGHEST_NS), events);
            }
        }
    }

    private long sent() {
        return loops.stream().mapToLong(SendingLoop::sent).sum();
    }

    private long blockedNs() {
        return loops.stream().mapToLong(SendingLoop::blockedNs).sum();
    }

    private Histogram takeLag() {
        Histogram all = new Histogram(Latencies.HIGHEST_NS, Latencies.DIGITS);
        loops.forEach(loop -> all.add(loop.takeLag()));
        return all;
    }

    private void throwFailure() throws IOException {
        for (SendingLoop loop : loops) {
            loop.throwFailure();
        }
    }
}
