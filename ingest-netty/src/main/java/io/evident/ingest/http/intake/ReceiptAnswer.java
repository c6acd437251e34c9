package io.evident.ingest.http.intake;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.event.json.EventJsonWriter;
import io.evident.event.json.ProblemJson;
import io.evident.ingest.http.HttpAnswer;
import io.evident.ingest.http.Problems;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Builds the answer to posted events from their receipts and refusals. Not thread-safe. */
final class ReceiptAnswer {
    private record Accepted(int index, Receipt receipt) {}

    private record Rejected(int index, UUID id, Refusal refusal) {}

    private final Tier tier;
    private final EventMedia media;
    private final boolean single;
    private final List<Accepted> accepted = new ArrayList<>();
    private final List<Rejected> rejected = new ArrayList<>();

    /** @param tier the one that was asked for, {@code null} when none was named */
    ReceiptAnswer(Tier tier, EventMedia media, boolean single) {
        this.tier = tier;
        this.media = media;
        this.single = single;
    }

    void receipt(int index, Receipt receipt) {
        accepted.add(new Accepted(index, receipt));
    }

    void refusal(int index, UUID id, Refusal refusal) {
        rejected.add(new Rejected(index, id, refusal));
    }

    HttpAnswer build() {
        boolean problem = single && accepted.isEmpty() && !rejected.isEmpty();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 * (accepted.size() + rejected.size() + 1));
        try (JsonGenerator out = EventJsonWriter.generator(bytes)) {
            out.writeStartObject();
            if (problem) {
                writeProblemOf(out, rejected.get(0));
            } else {
                writeReceipts(out);
            }
            writeRejected(out);
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        return new HttpAnswer(
                status(),
                problem ? HttpAnswer.PROBLEM_JSON : HttpAnswer.JSON,
                List.of(bytes.toByteArray()),
                accepted.isEmpty() ? headers() : Map.of(),
                false);
    }

    private int status() {
        if (!accepted.isEmpty() || rejected.isEmpty()) {
            return isAcceptedOnly() ? 202 : 200;
        }
        int first = rejected.get(0).refusal().reason().status();
        if (rejected.stream().allMatch(r -> r.refusal().reason().status() == first)) {
            return first;
        }
        boolean sendersFaults =
                rejected.stream().allMatch(r -> r.refusal().reason().sendersFault());
        return sendersFaults ? 400 : 503;
    }

    /** Whoever named no tier is told by the status already that something of the request is in memory only. */
    private boolean isAcceptedOnly() {
        return tier == null
                ? accepted.stream().anyMatch(each -> each.receipt().tier() == Tier.ACCEPTED)
                : tier == Tier.ACCEPTED;
    }

    private Map<String, String> headers() {
        int status = status();
        return rejected.stream()
                .map(r -> r.refusal().reason())
                .filter(reason -> reason.status() == status)
                .findFirst()
                .map(Problems::headers)
                .orElseGet(() -> status == 503 ? Problems.headers(RefusalReason.UNAVAILABLE) : Map.of());
    }

    private static void writeProblemOf(JsonGenerator out, Rejected only) throws IOException {
        Refusal refusal = only.refusal();
        out.writeStringField("type", ProblemJson.TYPE_PREFIX + refusal.reason().text());
        out.writeStringField("title", refusal.reason().title());
        out.writeNumberField("status", refusal.reason().status());
        out.writeStringField("detail", refusal.detail());
        if (refusal.field() != null) {
            out.writeStringField("field", refusal.field());
        }
        if (refusal.reason() == RefusalReason.OUTCOME_UNKNOWN) {
            out.writeStringField("outcome", "unknown");
        }
        if (only.id() != null) {
            out.writeStringField("id", only.id().toString());
        }
    }

    private void writeReceipts(JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("receipts");
        for (Accepted one : accepted) {
            Receipt receipt = one.receipt();
            out.writeStartObject();
            out.writeNumberField("index", one.index());
            out.writeStringField("id", receipt.id().toString());
            out.writeNumberField("shard", receipt.shard());
            boolean placed = receipt.hasSequence() || receipt.emergencyPosition() > 0;
            if (placed) {
                out.writeNumberField("incarnation", receipt.incarnation());
            } else {
                out.writeNullField("incarnation");
            }
            if (receipt.hasSequence()) {
                out.writeNumberField("sequence", receipt.sequence());
            } else {
                out.writeNullField("sequence");
            }
            if (receipt.emergencyPosition() > 0) {
                out.writeNumberField("emergencyPosition", receipt.emergencyPosition());
            }
            out.writeStringField("tier", receipt.tier().text());
            out.writeStringField("lane", receipt.lane().text());
            if (receipt.duplicate()) {
                out.writeBooleanField("duplicate", true);
            }
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void writeRejected(JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("rejected");
        for (Rejected one : rejected) {
            out.writeStartObject();
            out.writeNumberField("index", one.index());
            out.writeFieldName("problem");
            ProblemJson problem = ProblemJson.of(one.refusal());
            if (media == EventMedia.NDJSON) {
                problem = problem.withLine(one.index() + 1);
            }
            if (one.id() != null) {
                problem = problem.withId(one.id());
            }
            problem.write(out);
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
