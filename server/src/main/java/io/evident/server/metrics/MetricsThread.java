package io.evident.server.metrics;

import io.evident.event.Lane;
import io.evident.pipeline.Pipeline;
import io.evident.pipeline.ledger.IntakeLedger;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.writer.ShardContext;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Once a second, takes the latencies that the road recorded and the counts of the ledger, and keeps the last look for
 * whoever asks. The only reader of the recorders.
 */
public final class MetricsThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsThread.class);

    private final Pipeline pipeline;
    private final TimedQueries queries;
    private final ReceiptTimes receipts = new ReceiptTimes();
    private StageHistograms sinceStart = new StageHistograms();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "metrics");
        made.setDaemon(true);
        return made;
    });
    private long lastTick = System.nanoTime();
    private long lastReceived;
    private long lastStored;
    private volatile RoadSnapshot last;
    private ScheduledFuture<?> looks;

    public MetricsThread(Pipeline pipeline, TimedQueries queries) {
        this.pipeline = pipeline;
        this.queries = queries;
        look();
    }

    /** Begins to look every second. */
    public void start() {
        looks = thread.scheduleAtFixedRate(this::lookSafely, 1, 1, TimeUnit.SECONDS);
    }

    /** The last look, at most about a second old. Any thread. */
    public RoadSnapshot last() {
        return last;
    }

    /** Looks at once, out of turn, and returns what it saw. Any thread. */
    public RoadSnapshot lookNow() {
        look();
        return last;
    }

    /** Begins the latencies since the start anew, for example after a warm-up. Any thread. */
    public synchronized void restartLatencies() {
        look();
        sinceStart = new StageHistograms();
    }

    /** How long senders have waited for receipts since the start of the server, as a copy. Any thread. */
    synchronized ReceiptTimes receipts() {
        ReceiptTimes copy = new ReceiptTimes();
        copy.add(receipts);
        return copy;
    }

    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.error("the metrics thread failed at one look; it goes on", e);
        }
    }

    private synchronized void look() {
        StageHistograms interval = new StageHistograms();
        for (ShardContext shard : pipeline.shards()) {
            interval.drain(shard.latencies());
        }
        interval.drain(pipeline.receipts());
        interval.drainQueries(queries.drain());
        sinceStart.add(interval);
        receipts.add(interval.receipts());
        IntakeLedger ledger = pipeline.ledger();
        long now = System.nanoTime();
        long received = ledger.total(LaneCounters::received);
        long stored = ledger.total(LaneCounters::stored);
        double seconds = Math.max(1e-3, (now - lastTick) / 1e9);
        LatencySummaries totals = sinceStart.summarize();
        last = new RoadSnapshot(
                seconds,
                (received - lastReceived) / seconds,
                (stored - lastStored) / seconds,
                storedByLane(ledger),
                interval.summarize(),
                totals);
        lastTick = now;
        lastReceived = received;
        lastStored = stored;
    }

    private static Map<Lane, Long> storedByLane(IntakeLedger ledger) {
        Map<Lane, Long> stored = new EnumMap<>(Lane.class);
        for (Lane lane : Lane.values()) {
            stored.put(lane, ledger.total(lane, LaneCounters::stored));
        }
        return stored;
    }

    @Override
    public void close() {
        if (looks != null) {
            looks.cancel(false);
        }
        thread.shutdown();
    }
}
