package io.evident.server.retention;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Refusal;
import io.evident.event.Severity;
import io.evident.event.json.EventJsonWriter;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.control.ShardControl.Caller;
import io.evident.pipeline.recorder.OwnEvents;
import io.evident.pipeline.retention.RetentionRule;
import io.evident.storage.retention.TenantTally;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has everything that retention does stored as events of the server's own. One thread at a time. */
final class RetentionAudit {
    /** Something was taken out of a segment, or is about to be. */
    static final String REMOVED = "retention.removed";
    /** A tenant got a rule, another one, or lost it. */
    static final String RULE_CHANGED = "retention.rule-changed";
    /** Nothing of a tenant expires any more. */
    static final String HELD = "retention.held";
    /** A tenant's events expire by its rule again. */
    static final String RELEASED = "retention.released";

    private static final Logger LOG = LoggerFactory.getLogger(RetentionAudit.class);
    private static final int TENANTS_PER_EVENT = 50;
    private static final int ATTEMPTS = 8;
    private static final long ATTEMPT_MS = 2_000;
    /** Who takes out what has expired. */
    private static final String ACTOR = "retention";

    private final OwnEvents events;

    RetentionAudit(OwnEvents events) {
        this.events = events;
    }

    /**
     * What is about to be taken out of a segment.
     *
     * @param segment its name
     * @param freed whether nothing is left in it then
     * @param tenants what is taken out of whom
     * @param rules by tenant, the rule that did it, as a text
     */
    record Removing(
            int shard,
            String segment,
            boolean freed,
            long firstSequence,
            long lastSequence,
            Map<String, TenantTally> tenants,
            Map<String, String> rules) {}

    /**
     * Records what is about to be removed; said again, it is the same events. Returns why it is not stored, or not for
     * certain, or {@code null}.
     */
    Refusal removing(Removing removing) {
        List<String> tenants = new ArrayList<>(new TreeMap<>(removing.tenants()).keySet());
        int parts = (tenants.size() + TENANTS_PER_EVENT - 1) / TENANTS_PER_EVENT;
        for (int part = 0; part < parts; part++) {
            int from = part * TENANTS_PER_EVENT;
            List<String> some = tenants.subList(from, Math.min(tenants.size(), from + TENANTS_PER_EVENT));
            String attributes = attributes(removing, some, part + 1, parts);
            // By what it says: said once more after a crash, it is a duplicate.
            UUID id = UUID.nameUUIDFromBytes((REMOVED + attributes).getBytes(StandardCharsets.UTF_8));
            AuditEvent event = event(REMOVED, ACTOR, null, "segment", removing.shard() + "/" + removing.segment())
                    .attributes(attributes)
                    .build();
            Refusal refusal = store(event.withId(id), 2);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private static String attributes(Removing removing, List<String> tenants, int part, int parts) {
        return json(out -> {
            out.writeNumberField("shard", removing.shard());
            out.writeStringField("segment", removing.segment());
            out.writeStringField("how", removing.freed() ? "freed" : "reduced");
            out.writeNumberField("firstSequence", removing.firstSequence());
            out.writeNumberField("lastSequence", removing.lastSequence());
            out.writeNumberField("part", part);
            out.writeNumberField("parts", parts);
            out.writeArrayFieldStart("tenants");
            for (String tenant : tenants) {
                TenantTally tally = removing.tenants().get(tenant);
                out.writeStartObject();
                out.writeStringField("tenant", tenant);
                out.writeNumberField("events", tally.events());
                out.writeNumberField("bytes", tally.bytes());
                out.writeNumberField("firstSequence", tally.firstSequence());
                out.writeNumberField("lastSequence", tally.lastSequence());
                out.writeStringField("rule", removing.rules().get(tenant));
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }

    /** Records that a rule changed; what was done stands in any case. {@code null} for none. */
    void ruleChanged(String tenant, RetentionRule before, RetentionRule after, Caller caller) {
        String attributes = json(out -> {
            out.writeStringField("tenant", tenant);
            out.writeStringField("before", before == null ? "no rule of its own" : before.text());
            out.writeStringField("after", after == null ? "no rule of its own" : after.text());
        });
        changed(RULE_CHANGED, tenant, attributes, caller);
    }

    /** Records a hold. */
    void held(String tenant, String reason, Caller caller) {
        String attributes = json(out -> {
            out.writeStringField("tenant", tenant);
            out.writeStringField("reason", reason);
        });
        changed(HELD, tenant, attributes, caller);
    }

    /** Records the end of a hold. */
    void released(String tenant, String reason, Caller caller) {
        String attributes = json(out -> {
            out.writeStringField("tenant", tenant);
            out.writeStringField("heldFor", reason);
        });
        changed(RELEASED, tenant, attributes, caller);
    }

    private void changed(String action, String tenant, String attributes, Caller caller) {
        AuditEvent event = event(action, caller.name(), caller.address(), "tenant", tenant)
                .attributes(attributes)
                .build();
        try {
            Refusal refusal = store(event.withId(UUID.randomUUID()), ATTEMPTS);
            if (refusal != null) {
                LOG.error(
                        "{} of tenant {} is done, but was not recorded as an event: {}",
                        action,
                        tenant,
                        refusal.detail());
            }
        } catch (RuntimeException e) {
            LOG.error("{} of tenant {} is done, but could not be recorded as an event", action, tenant, e);
        }
    }

    private Refusal store(AuditEvent event, int attempts) {
        Refusal refusal = null;
        for (int attempt = 0; attempt < attempts; attempt++) {
            refusal = events.store(event, ATTEMPT_MS);
            if (refusal == null) {
                return null;
            }
        }
        return refusal;
    }

    private static AuditEvent.Builder event(String action, String actor, String address, String type, String id) {
        AuditEvent.Builder event = AuditEvent.builder(TenantScope.SYSTEM, actor, action).stream("retention")
                .category("administration")
                .resource(type, id)
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P2_MEDIUM);
        return address == null ? event : event.actorIp(address);
    }

    private interface Members {
        void writeTo(JsonGenerator out) throws IOException;
    }

    private static String json(Members members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = EventJsonWriter.generator(bytes)) {
            out.writeStartObject();
            members.writeTo(out);
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
