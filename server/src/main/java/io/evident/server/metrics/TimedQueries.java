package io.evident.server.metrics;

import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.latency.LatencyRecorder;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.PageForm;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryQuery;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Queries, with their time taken. Thread-safe. */
public final class TimedQueries implements EventQueries {
    private static final long HIGHEST_NS = LatencyRecorder.newHistogram().getHighestTrackableValue();

    private final EventQueries queries;
    private final Recorder recorder = new Recorder(HIGHEST_NS, 2);

    public TimedQueries(EventQueries queries) {
        this.queries = queries;
    }

    @Override
    public QueryAnswer query(EventQuery query) throws IOException {
        long started = System.nanoTime();
        try {
            return queries.query(query);
        } finally {
            record(started);
        }
    }

    @Override
    public QueryAnswer query(EventQuery query, PageForm form) throws IOException {
        long started = System.nanoTime();
        try {
            return queries.query(query, form);
        } finally {
            record(started);
        }
    }

    @Override
    public List<StoredEvent> find(UUID id, TenantScope scope) throws IOException {
        long started = System.nanoTime();
        try {
            return queries.find(id, scope);
        } finally {
            record(started);
        }
    }

    @Override
    public SummaryAnswer summarize(SummaryQuery query) throws IOException {
        long started = System.nanoTime();
        try {
            return queries.summarize(query);
        } finally {
            record(started);
        }
    }

    @Override
    public String cursorBehind(EventQuery query, UUID id) throws IOException {
        return queries.cursorBehind(query, id);
    }

    private void record(long startedTick) {
        recorder.recordValue(Math.min(Math.max(1, System.nanoTime() - startedTick), HIGHEST_NS));
    }

    /** What was recorded since the last call. */
    Histogram drain() {
        return recorder.getIntervalHistogram();
    }
}
