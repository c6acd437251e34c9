package io.evident.ingest.http.endpoint;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.EventTimeText;
import io.evident.event.json.EventJsonWriter;
import io.evident.pipeline.control.RetentionOverview;
import io.evident.pipeline.retention.RetentionHold;
import io.evident.pipeline.retention.RetentionRule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What is told about retention, as JSON. Stateless. */
final class RetentionForm {
    private RetentionForm() {}

    private interface Members {
        void writeTo(JsonGenerator out) throws IOException;
    }

    static byte[] of(RetentionOverview.Tenant tenant) {
        return json(out -> write(out, tenant));
    }

    static byte[] of(RetentionOverview overview) {
        RetentionOverview.Figures figures = overview.figures();
        return json(out -> {
            out.writeArrayFieldStart("tenants");
            for (RetentionOverview.Tenant tenant : overview.tenants()) {
                out.writeStartObject();
                write(out, tenant);
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeObjectFieldStart("sinceStart");
            out.writeNumberField("events", figures.events());
            out.writeNumberField("bytes", figures.bytes());
            out.writeNumberField("freedBytes", figures.freedBytes());
            out.writeNumberField("segmentsFreed", figures.segmentsFreed());
            out.writeNumberField("segmentsReduced", figures.segmentsReduced());
            out.writeNumberField("failures", figures.failures());
            out.writeNumberField("lookedMsAgo", figures.passAgeMs());
            out.writeEndObject();
        });
    }

    private static void write(JsonGenerator out, RetentionOverview.Tenant tenant) throws IOException {
        out.writeStringField("tenant", tenant.tenant());
        write(out, "rule", tenant.rule());
        write(out, "effective", tenant.effective());
        RetentionHold hold = tenant.hold();
        if (hold != null) {
            out.writeObjectFieldStart("hold");
            out.writeStringField("reason", hold.reason());
            out.writeStringField("since", EventTimeText.format(hold.sinceNs()));
            out.writeStringField("by", hold.by());
            out.writeEndObject();
        }
        if (tenant.oldestKeptNs() != null) {
            out.writeStringField("oldestKept", EventTimeText.format(tenant.oldestKeptNs()));
        }
        out.writeNumberField("removedEvents", tenant.removedEvents());
        out.writeNumberField("removedBytes", tenant.removedBytes());
    }

    private static void write(JsonGenerator out, String name, RetentionRule rule) throws IOException {
        if (rule == null) {
            return;
        }
        out.writeObjectFieldStart(name);
        if (rule.byAge()) {
            out.writeStringField("keepFor", rule.age());
        }
        if (rule.bySize()) {
            out.writeNumberField("keepBytes", rule.keepBytes());
        }
        out.writeEndObject();
    }

    private static byte[] json(Members members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = EventJsonWriter.generator(bytes)) {
            out.writeStartObject();
            members.writeTo(out);
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        return bytes.toByteArray();
    }
}
