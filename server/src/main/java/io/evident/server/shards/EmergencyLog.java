package io.evident.server.shards;

import io.evident.storage.emergency.EmergencyReport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log what was found when the emergency journal of a shard was opened. Stateless. */
public final class EmergencyLog {
    private static final Logger LOG = LoggerFactory.getLogger("evident");

    private EmergencyLog() {}

    /** Tells what a report has; nothing when all is well. */
    public static void tell(EmergencyReport report) {
        if (report.events() > 0) {
            LOG.info(
                    "shard {}: {} events of the emergency journal are to be folded in",
                    report.shard(),
                    report.events());
        }
        report.damage().forEach(damage -> LOG.warn("shard {}: emergency journal: {}", report.shard(), damage));
        if (report.workingCopies() < report.copies()) {
            LOG.warn(
                    "shard {}: {} of {} copies of the emergency journal can be used",
                    report.shard(),
                    report.workingCopies(),
                    report.copies());
        }
    }
}
