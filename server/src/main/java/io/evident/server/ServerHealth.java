package io.evident.server;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.evident.ingest.HealthProbe;
import io.evident.pipeline.Pipeline;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.recorder.LedgerRecorder;
import io.evident.pipeline.writer.EmergencyMode;
import io.evident.pipeline.writer.EmergencyPath;
import io.evident.pipeline.writer.FailedOver;
import io.evident.pipeline.writer.ShardContext;
import io.evident.pipeline.writer.ShardState;
import io.evident.server.ledger.LedgerThread;
import io.evident.storage.space.DiskSpace;
import io.evident.storage.space.SpaceState;
import io.evident.storage.space.SpaceView;
import java.util.StringJoiner;

/** How the server is, from what the pipeline knows. Thread-safe. */
final class ServerHealth implements HealthProbe {
    private final Pipeline pipeline;
    private final DiskSpace space;
    private final DiskSpace standbySpace;
    private final LedgerThread ledger;

    /** @param standbySpace the room on the standby volume, or {@code null} when there is none */
    ServerHealth(Pipeline pipeline, DiskSpace space, DiskSpace standbySpace, LedgerThread ledger) {
        this.pipeline = pipeline;
        this.space = space;
        this.standbySpace = standbySpace;
        this.ledger = ledger;
    }

    @Override
    public Health check(Question question) {
        return switch (question) {
            case LIVENESS, STARTUP -> health(true, "");
            case READINESS, OVERALL -> health(isReady(), disk());
            case DETAILED -> health(isReady(), details());
        };
    }

    private static Health health(boolean up, String details) {
        return new Health(up, "{\"status\":\"" + (up ? "up" : "down") + "\"" + details + "}");
    }

    /**
     * Ready means that the gate is open, no shard has failed, and each has room, at least for CRITICAL events: a server that
     * still takes those must not be cut off from them.
     */
    private boolean isReady() {
        return pipeline.intake().isOpen()
                && pipeline.shards().stream()
                        .allMatch(shard -> shard.health().state() != ShardState.FAILED && hasRoom(shard));
    }

    /** On a full volume the emergency journal takes CRITICAL events, until it is full too. A sealed shard needs none. */
    private boolean hasRoom(ShardContext shard) {
        if (shard.isSealed()) {
            return true;
        }
        DiskSpace volume = standbySpace != null && shard.isOnStandby() ? standbySpace : space;
        EmergencyPath emergency = shard.emergency();
        return volume.view().state() != SpaceState.FULL
                || (emergency != null && !emergency.isFull() && emergency.failure() == null);
    }

    private String disk() {
        return ",\"disk\":\"" + space.view().state().text() + "\"";
    }

    private String diskDetails() {
        String standby = standbySpace == null ? "" : ",\"standbyDisk\":" + details(standbySpace);
        return ",\"disk\":" + details(space) + standby;
    }

    private static String details(DiskSpace space) {
        SpaceView seen = space.view();
        return "{\"state\":\"" + seen.state().text()
                + "\",\"freeBytes\":" + seen.freeBytes()
                + ",\"floorBytes\":" + space.settings().floorBytes()
                + ",\"reserveBytes\":" + seen.reserveBytes() + "}";
    }

    private static String emergency(EmergencyPath path) {
        if (path == null) {
            return "null";
        }
        EmergencyMode mode = path.mode();
        return "{\"active\":" + mode.isActive()
                + (mode.reason() == null ? "" : ",\"reason\":\"" + mode.reason().text() + "\"")
                + ",\"uses\":" + mode.uses()
                + ",\"activeMs\":" + mode.activeNs() / 1_000_000
                + ",\"events\":" + path.events()
                + ",\"unfoldedEvents\":" + path.unfoldedEvents()
                + ",\"workingCopies\":" + path.workingCopies()
                + ",\"fullness\":" + path.fullness()
                + unreadable(path.unreadable()) + "}";
    }

    /** Names the events that wait for a copy of them to be readable. */
    private static String unreadable(BlockInfo block) {
        return block == null
                ? ""
                : ",\"unreadablePositions\":{\"first\":" + block.firstSequence() + ",\"last\":" + block.lastSequence()
                        + "}";
    }

    private String ledger() {
        LedgerRecorder recorder = ledger.recorder();
        return !ledger.isOn()
                ? ",\"ledger\":null"
                : ",\"ledger\":{\"records\":" + recorder.records()
                        + ",\"failures\":" + recorder.failures()
                        + ",\"ageMs\":" + recorder.ageMs() + "}";
    }

    /** Only where there is a standby volume or the shard is on it. */
    private String standby(ShardContext shard) {
        if (standbySpace == null) {
            return "";
        }
        FailedOver how = shard.failedOver();
        return ",\"volume\":\"" + (shard.isOnStandby() ? "standby" : "data") + "\""
                + (how == null
                        ? ""
                        : ",\"failedOver\":{\"reason\":" + quoted(how.reason())
                                + ",\"blocks\":" + how.blocks()
                                + ",\"tookMs\":" + how.tookNs() / 1_000_000 + "}");
    }

    private static String quoted(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }

    private String details() {
        StringJoiner shards = new StringJoiner(",", ",\"shards\":[", "]");
        for (ShardContext shard : pipeline.shards()) {
            shards.add("{\"shard\":" + shard.shard()
                    + ",\"incarnation\":" + shard.incarnation()
                    + ",\"state\":\"" + shard.health().state().text() + "\""
                    + standby(shard)
                    + ",\"appendedSequence\":" + shard.frontier().appended()
                    + ",\"syncedSequence\":" + shard.frontier().synced()
                    + ",\"waiting\":" + shard.lanes().depth()
                    + ",\"emergency\":" + emergency(shard.emergency()) + "}");
        }
        return ",\"intake\":\"" + (pipeline.intake().isOpen() ? "open" : "closed") + "\"" + diskDetails() + ledger()
                + shards;
    }
}
