package io.evident.server;

import io.evident.storage.RecoveryReport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log what the opening of a shard found. */
final class Recoveries {
    private static final Logger LOG = LoggerFactory.getLogger("evident");

    private Recoveries() {}

    static void log(RecoveryReport report) {
        LOG.info(
                "shard {}: {} events in {} blocks of {} segments, opened in {} ms",
                report.shard(),
                report.events(),
                report.blocks(),
                report.segments(),
                report.took().toMillis());
        report.damage().forEach(damage -> LOG.warn("shard {}: {}", report.shard(), damage));
        if (report.damageCount() > report.damage().size()) {
            LOG.warn(
                    "shard {}: {} more findings",
                    report.shard(),
                    report.damageCount() - report.damage().size());
        }
    }
}
