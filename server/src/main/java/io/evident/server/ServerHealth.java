package io.evident.server;

import io.evident.ingest.HealthProbe;
import io.evident.pipeline.Pipeline;
import io.evident.pipeline.writer.EmergencyMode;
import io.evident.pipeline.writer.EmergencyPath;
import io.evident.pipeline.writer.ShardContext;
import io.evident.pipeline.writer.ShardState;
import java.util.StringJoiner;

/** How the server is, from what the pipeline knows. Thread-safe. */
final class ServerHealth implements HealthProbe {
    private final Pipeline pipeline;

    ServerHealth(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    @Override
    public Health check(Question question) {
        return switch (question) {
            case LIVENESS, STARTUP -> health(true, "");
            case READINESS, OVERALL -> health(isReady(), "");
            case DETAILED -> health(isReady(), details());
        };
    }

    private static Health health(boolean up, String details) {
        return new Health(up, "{\"status\":\"" + (up ? "up" : "down") + "\"" + details + "}");
    }

    /** Ready means that every event would be taken: the gate is open and no shard has failed. */
    private boolean isReady() {
        return pipeline.intake().isOpen()
                && pipeline.shards().stream().allMatch(shard -> shard.health().state() == ShardState.OPEN);
    }

    private static String emergency(EmergencyPath path) {
        EmergencyMode mode = path.mode();
        return "{\"active\":" + mode.isActive()
                + (mode.reason() == null ? "" : ",\"reason\":\"" + mode.reason().text() + "\"")
                + ",\"uses\":" + mode.uses()
                + ",\"activeMs\":" + mode.activeNs() / 1_000_000
                + ",\"events\":" + path.events()
                + ",\"unfoldedEvents\":" + path.unfoldedEvents()
                + ",\"workingCopies\":" + path.workingCopies() + "}";
    }

    private String details() {
        StringJoiner shards = new StringJoiner(",", ",\"shards\":[", "]");
        for (ShardContext shard : pipeline.shards()) {
            shards.add("{\"shard\":" + shard.shard()
                    + ",\"incarnation\":" + shard.incarnation()
                    + ",\"state\":\"" + (shard.health().state() == ShardState.OPEN ? "open" : "failed") + "\""
                    + ",\"appendedSequence\":" + shard.frontier().appended()
                    + ",\"syncedSequence\":" + shard.frontier().synced()
                    + ",\"waiting\":" + shard.lanes().depth()
                    + ",\"emergency\":" + emergency(shard.emergency()) + "}");
        }
        return ",\"intake\":\"" + (pipeline.intake().isOpen() ? "open" : "closed") + "\"" + shards;
    }
}
