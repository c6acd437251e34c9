package io.evident.ingest;

import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.control.RetentionControl;
import io.evident.pipeline.control.ShardControl;
import io.evident.pipeline.latency.ReceiptLatencies;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.query.LiveTail;
import java.util.Objects;

/**
 * What the front end asks of the rest of the server.
 *
 * @param intake where events go
 * @param receipts learns how long senders wait for their receipts
 * @param queries who answers about the past
 * @param tail who tells what arrives
 * @param authenticator who says who a caller is
 * @param health how the server is
 * @param metrics what it measured, or {@code null}: {@code /metrics} is then not found
 * @param shards who shows and changes the shards, or {@code null}: {@code /v1/admin/shards} is then not found
 * @param retention who shows and changes how long events are kept, or {@code null}: {@code /v1/admin/retention} is then not
 *     found
 */
public record IngestPorts(
        EventIntake intake,
        ReceiptLatencies receipts,
        EventQueries queries,
        LiveTail tail,
        Authenticator authenticator,
        HealthProbe health,
        MetricsPage metrics,
        ShardControl shards,
        RetentionControl retention) {

    /** Without control over shards and retention. */
    public IngestPorts(
            EventIntake intake,
            EventQueries queries,
            LiveTail tail,
            Authenticator authenticator,
            HealthProbe health,
            MetricsPage metrics) {
        this(intake, new ReceiptLatencies(), queries, tail, authenticator, health, metrics, null, null);
    }

    public IngestPorts {
        Objects.requireNonNull(intake, "intake");
        Objects.requireNonNull(receipts, "receipts");
        Objects.requireNonNull(queries, "queries");
        Objects.requireNonNull(tail, "tail");
        Objects.requireNonNull(authenticator, "authenticator");
        Objects.requireNonNull(health, "health");
    }
}
