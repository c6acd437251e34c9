package io.evident.server.shards;

import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Refusal;
import io.evident.event.Severity;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.control.ResizeAnswer;
import io.evident.pipeline.control.ShardControl;
import io.evident.pipeline.recorder.OwnEvents;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has every change of the number of shards stored as an event of the server's own. One thread. */
public final class ShardAudit {
    /** The action of these events. */
    public static final String ACTION = "shards.changed";

    private static final Logger LOG = LoggerFactory.getLogger(ShardAudit.class);
    private static final int ATTEMPTS = 8;
    private static final long ATTEMPT_MS = 2_000;

    private final OwnEvents events;

    public ShardAudit(OwnEvents events) {
        this.events = events;
    }

    /** Records what was done; a refusal is logged, as what was done stands. */
    void record(ResizeAnswer.Done done, ShardControl.Caller caller) {
        UUID id = UUID.randomUUID();
        Refusal refusal = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            refusal = events.store(event(done, caller).withId(id), ATTEMPT_MS);
            if (refusal == null) {
                return;
            }
        }
        LOG.error("epoch {} has begun, but that was not recorded as an event: {}", done.epoch(), refusal.detail());
    }

    private static AuditEvent event(ResizeAnswer.Done done, ShardControl.Caller caller) {
        return AuditEvent.builder(TenantScope.SYSTEM, caller.name(), ACTION).stream("shards")
                .actorIp(caller.address())
                .category("administration")
                .resource("shards", Integer.toString(done.epoch()))
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P2_MEDIUM)
                .attributes("{\"epoch\":" + done.epoch() + ",\"from\":" + done.from() + ",\"to\":" + done.shards()
                        + ",\"slotsMoved\":" + done.slotsMoved() + "}")
                .build();
    }
}
