package io.evident.ingest;

import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.query.LiveTail;
import java.util.Objects;

/**
 * What the front end asks of the rest of the server.
 *
 * @param intake where events go
 * @param queries who answers about the past
 * @param tail who tells what arrives
 * @param authenticator who says who a caller is
 * @param health how the server is
 * @param metrics what it measured, or {@code null}: {@code /metrics} is then not found
 */
public record IngestPorts(
        EventIntake intake,
        EventQueries queries,
        LiveTail tail,
        Authenticator authenticator,
        HealthProbe health,
        MetricsPage metrics) {

    public IngestPorts {
        Objects.requireNonNull(intake, "intake");
        Objects.requireNonNull(queries, "queries");
        Objects.requireNonNull(tail, "tail");
        Objects.requireNonNull(authenticator, "authenticator");
        Objects.requireNonNull(health, "health");
    }
}
