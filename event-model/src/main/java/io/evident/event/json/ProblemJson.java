package io.evident.event.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.UUID;

/**
 * A refusal as a problem document (RFC 9457): {@code type}, {@code title}, {@code status}, {@code detail}, the
 * {@code field} when one is at fault, and what else is known about the case. A refusal whose outcome is unknown always
 * says so. Immutable; each method with a value gives a new document.
 *
 * @param refusal what happened
 * @param line the line of an NDJSON body from 1, or {@code null}
 * @param index the position in the request from 0, or {@code null}
 * @param id the id of the event, or {@code null}
 * @param outcome what became of the event, or {@code null}
 */
public record ProblemJson(Refusal refusal, Integer line, Integer index, UUID id, String outcome) {
    /** The media type of a problem document. */
    public static final String MEDIA_TYPE = "application/problem+json";
    /** What stands before a reason's name in {@code type}. */
    public static final String TYPE_PREFIX = "urn:evident:problem:";

    private static final String UNKNOWN = "unknown";

    public ProblemJson {
        Objects.requireNonNull(refusal, "refusal");
    }

    /** The document of a refusal. */
    public static ProblemJson of(Refusal refusal) {
        String outcome = refusal.reason() == RefusalReason.OUTCOME_UNKNOWN ? UNKNOWN : null;
        return new ProblemJson(refusal, null, null, null, outcome);
    }

    public ProblemJson withLine(int newLine) {
        return new ProblemJson(refusal, newLine, index, id, outcome);
    }

    public ProblemJson withIndex(int newIndex) {
        return new ProblemJson(refusal, line, newIndex, id, outcome);
    }

    public ProblemJson withId(UUID newId) {
        return new ProblemJson(refusal, line, index, newId, outcome);
    }

    public ProblemJson withOutcome(String newOutcome) {
        return new ProblemJson(refusal, line, index, id, newOutcome);
    }

    /** Writes the document as one JSON object. */
    public void write(JsonGenerator out) throws IOException {
        RefusalReason reason = refusal.reason();
        out.writeStartObject();
        out.writeStringField("type", TYPE_PREFIX + reason.text());
        out.writeStringField("title", reason.title());
        out.writeNumberField("status", reason.status());
        out.writeStringField("detail", refusal.detail());
        writeUnlessNull(out, "field", refusal.field());
        if (line != null) {
            out.writeNumberField("line", line);
        }
        if (index != null) {
            out.writeNumberField("index", index);
        }
        writeUnlessNull(out, "outcome", outcome);
        writeUnlessNull(out, "id", id == null ? null : id.toString());
        out.writeEndObject();
    }

    private static void writeUnlessNull(JsonGenerator out, String name, String value) throws IOException {
        if (value != null) {
            out.writeStringField(name, value);
        }
    }

    /** The document as bytes of UTF-8. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = EventJsonWriter.generator(bytes)) {
            write(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        return bytes.toByteArray();
    }
}
