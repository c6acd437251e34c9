package io.evident.load.target;

import io.evident.event.Lane;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** What one thread heard. Told of by that thread alone, read by any. */
public final class ThreadAnswers {
    private final Answers all;
    private final AtomicReferenceArray<OfLane> lanes = new AtomicReferenceArray<>(Lane.count());
    private final LongAdder duplicates = new LongAdder();
    private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> failed = new ConcurrentHashMap<>();
    private final IdSample sample = new IdSample();

    ThreadAnswers(Answers all) {
        this.all = all;
    }

    private static final class OfLane {
        final LongAdder receipts = new LongAdder();
        final SingleWriterRecorder response = new SingleWriterRecorder(Latencies.HIGHEST_NS, Latencies.DIGITS);
        final SingleWriterRecorder service = new SingleWriterRecorder(Latencies.HIGHEST_NS, Latencies.DIGITS);
        private Histogram lastResponse;
        private Histogram lastService;

        void record(long responseNs, long serviceNs, int events) {
            response.recordValueWithCount(within(responseNs), events);
            service.recordValueWithCount(within(serviceNs), events);
        }

        private static long within(long ns) {
            return Math.min(Math.max(ns, 1), Latencies.HIGHEST_NS);
        }

        /** Only for the one thread that reads. */
        void addTo(Lane lane, Latencies sum) {
            lastResponse = response.getIntervalHistogram(lastResponse);
            lastService = service.getIntervalHistogram(lastService);
            sum.add(lane, lastResponse, lastService);
        }
    }

    /** As {@link Answers#answered}, at a time that the caller has taken already. */
    public void answered(Lane lane, long intendedNs, long sentNs, long nowNs, int events, int ofThemDuplicates) {
        OfLane figures = ofLane(lane);
        figures.receipts.add(events);
        if (ofThemDuplicates > 0) {
            duplicates.add(ofThemDuplicates);
        }
        if (events > 0 && all.isMeasured(intendedNs)) {
            figures.record(nowNs - intendedNs, nowNs - sentNs, events);
        }
    }

    private OfLane ofLane(Lane lane) {
        OfLane figures = lanes.get(lane.ordinal());
        if (figures == null) {
            figures = new OfLane();
            lanes.set(lane.ordinal(), figures);
        }
        return figures;
    }

    /** The id of an event that was taken: it may be asked for after the run. */
    public void taken(long idHigh, long idLow) {
        sample.offer(idHigh, idLow);
    }

    /** As {@link Answers#refused}. */
    public void refused(String reason, int events) {
        refused.computeIfAbsent(reason, unused -> new LongAdder()).add(events);
    }

    /** As {@link Answers#failed}. */
    public void failed(String reason, int events) {
        failed.computeIfAbsent(reason, unused -> new LongAdder()).add(events);
    }

    Totals totals() {
        Map<Lane, Long> receipts = new EnumMap<>(Lane.class);
        for (Lane lane : Lane.values()) {
            OfLane figures = lanes.get(lane.ordinal());
            if (figures != null) {
                receipts.put(lane, figures.receipts.sum());
            }
        }
        return new Totals(receipts, duplicates.sum(), sums(refused), sums(failed));
    }

    private static Map<String, Long> sums(Map<String, LongAdder> counts) {
        Map<String, Long> sums = new TreeMap<>();
        counts.forEach((reason, count) -> sums.put(reason, count.sum()));
        return sums;
    }

    void addLatenciesTo(Latencies sum) {
        for (Lane lane : Lane.values()) {
            OfLane figures = lanes.get(lane.ordinal());
            if (figures != null) {
                figures.addTo(lane, sum);
            }
        }
    }

    List<UUID> sampledIds() {
        return sample.ids();
    }
}
