package io.evident.ingest.http.intake;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.event.json.EventJsonWriter;
import io.evident.event.json.JsonBytes;
import io.evident.event.json.ProblemJson;
import io.evident.event.json.ReceiptJson;
import io.evident.ingest.http.HttpAnswer;
import io.evident.ingest.http.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Builds the answer to posted events from their receipts and refusals. Not thread-safe. */
final class ReceiptAnswer {
    private static final byte[] BEGIN = "{\"receipts\":[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "],\"rejected\":[]}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REJECTED = "],\"rejected\":".getBytes(StandardCharsets.US_ASCII);

    private record Rejected(int index, UUID id, Refusal refusal) {}

    private final Tier tier;
    private final EventMedia media;
    private final boolean single;
    private final JsonBytes out;
    private final List<Rejected> rejected = new ArrayList<>();
    private int accepted;
    private boolean anyInMemoryOnly;

    /**
     * @param tier the one that was asked for, {@code null} when none was named
     * @param out to write to, from its beginning
     */
    ReceiptAnswer(Tier tier, EventMedia media, boolean single, JsonBytes out) {
        this.tier = tier;
        this.media = media;
        this.single = single;
        this.out = out;
        out.clear();
        out.write(BEGIN, 0, BEGIN.length);
    }

    /** Adds a receipt; see {@link ReceiptJson}. */
    void receipt(
            int index,
            long idHigh,
            long idLow,
            int shard,
            int incarnation,
            long sequence,
            Tier reached,
            Lane lane,
            boolean duplicate) {
        if (accepted++ > 0) {
            out.write(',');
        }
        anyInMemoryOnly |= reached == Tier.ACCEPTED;
        ReceiptJson.write(out, index, idHigh, idLow, shard, incarnation, sequence, reached, lane, duplicate);
    }

    void refusal(int index, UUID id, Refusal refusal) {
        rejected.add(new Rejected(index, id, refusal));
    }

    HttpAnswer build() {
        boolean problem = single && accepted == 0 && !rejected.isEmpty();
        if (rejected.isEmpty()) {
            out.write(END, 0, END.length);
        } else {
            writeRejections(problem);
        }
        return new HttpAnswer(
                status(),
                problem ? HttpAnswer.PROBLEM_JSON : HttpAnswer.JSON,
                List.of(out.toByteArray()),
                accepted == 0 ? headers() : Map.of(),
                false);
    }

    private void writeRejections(boolean problem) {
        if (problem) {
            out.clear();
        } else {
            out.write(REJECTED, 0, REJECTED.length);
        }
        try (JsonGenerator json = EventJsonWriter.generator(out)) {
            if (problem) {
                json.writeStartObject();
                writeProblemOf(json, rejected.get(0));
                json.writeFieldName("rejected");
            }
            writeRejected(json);
            if (problem) {
                json.writeEndObject();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        if (!problem) {
            out.write('}');
        }
    }

    private int status() {
        if (accepted > 0 || rejected.isEmpty()) {
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
        return tier == null ? anyInMemoryOnly : tier == Tier.ACCEPTED;
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

    private static void writeProblemOf(JsonGenerator json, Rejected only) throws IOException {
        Refusal refusal = only.refusal();
        json.writeStringField("type", ProblemJson.TYPE_PREFIX + refusal.reason().text());
        json.writeStringField("title", refusal.reason().title());
        json.writeNumberField("status", refusal.reason().status());
        json.writeStringField("detail", refusal.detail());
        if (refusal.field() != null) {
            json.writeStringField("field", refusal.field());
        }
        if (refusal.reason() == RefusalReason.OUTCOME_UNKNOWN) {
            json.writeStringField("outcome", "unknown");
        }
        if (only.id() != null) {
            json.writeStringField("id", only.id().toString());
        }
    }

    private void writeRejected(JsonGenerator json) throws IOException {
        json.writeStartArray();
        for (Rejected one : rejected) {
            json.writeStartObject();
            json.writeNumberField("index", one.index());
            json.writeFieldName("problem");
            ProblemJson problem = ProblemJson.of(one.refusal());
            if (media == EventMedia.NDJSON) {
                problem = problem.withLine(one.index() + 1);
            }
            if (one.id() != null) {
                problem = problem.withId(one.id());
            }
            problem.write(json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
