package io.evident.server;

import io.evident.pipeline.journal.UnreadablePart;
import io.evident.server.shards.EmergencyLog;
import io.evident.sharding.OpenedShardMap;
import io.evident.storage.OpenedShard;
import io.evident.storage.recovery.RecoveryReport;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows from what the opening of the data directory found: it is told to the log. */
final class Recoveries {
    private static final Logger LOG = LoggerFactory.getLogger("evident");

    private Recoveries() {}

    static void log(OpenedShardMap map, List<String> aboutCopies) {
        map.findings().forEach(finding -> LOG.error("shard map: {}", finding));
        if (!map.unknownShards().isEmpty()) {
            LOG.warn(
                    "shard map: the directories of shards {} are not of the map, and are not served; a growth that was"
                            + " interrupted leaves such, empty, and the next one uses them",
                    map.unknownShards());
        }
        aboutCopies.forEach(finding -> LOG.warn("shard map: {}", finding));
    }

    static void log(OpenedShard shard) {
        log(shard.report());
        if (shard.isSealed()) {
            LOG.info(
                    "shard {}: it was given up and is sealed, open for reading only",
                    shard.report().shard());
        }
        EmergencyLog.tell(shard.emergency().report());
        if (shard.ownFailure() != null) {
            LOG.error(
                    "shard {} begins on its standby volume, as its own cannot be used",
                    shard.report().shard(),
                    shard.ownFailure());
        }
        shard.blocks()
                .unreadable()
                .forEach(part -> LOG.error(
                        "shard {}: sequences {} to {} cannot be read: {}",
                        part.shard(),
                        part.fromSequence(),
                        part.toSequence() == UnreadablePart.OPEN_END ? "the end" : part.toSequence(),
                        part.reason()));
        if (shard.failure() != null) {
            LOG.error(
                    "shard {} cannot be written: its events are refused until the cause is mended and the server is"
                            + " started again; what it holds is served as far as it can be read",
                    shard.report().shard(),
                    shard.failure());
        }
    }

    private static void log(RecoveryReport report) {
        LOG.info(
                "shard {}: {} events in {} blocks of {} segments, opened in {} ms",
                report.shard(),
                report.events(),
                report.blocks(),
                report.segments(),
                report.took().toMillis());
        if (report.supersededBlocks() > 0) {
            LOG.info(
                    "shard {}: {} blocks were written again on the standby volume when the shard went over to it; each"
                            + " is served once",
                    report.shard(),
                    report.supersededBlocks());
        }
        report.damage().forEach(damage -> LOG.warn("shard {}: {}", report.shard(), damage));
        if (report.damageCount() > report.damage().size()) {
            LOG.warn(
                    "shard {}: {} more findings",
                    report.shard(),
                    report.damageCount() - report.damage().size());
        }
    }
}
