package io.evident.pipeline.recorder;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.EventLimits;
import io.evident.event.json.EventJsonWriter;
import io.evident.pipeline.ledger.StoredCut;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a record as the attributes of as few events as hold it: {@code docs/ledger.md} has the format. Each part names
 * the run and the record it belongs to; the first has the incarnations, and each entry stands in exactly one. Used once.
 */
final class LedgerParts {
    /** What a part has besides its entries: names, numbers, brackets. */
    private static final int FRAME_BYTES = 512;

    private interface Writing {
        void to(JsonGenerator out) throws IOException;
    }

    private static final class Part {
        private final List<String> through = new ArrayList<>();
        private final List<String> counters = new ArrayList<>();
        private int bytes;
    }

    private final String head;
    private final String incarnations;
    private final int maxBytes;
    private final List<Part> parts = new ArrayList<>();

    private LedgerParts(String head, String incarnations, int maxBytes) {
        this.head = head;
        this.incarnations = incarnations;
        this.maxBytes = maxBytes;
        begin(incarnations.length());
    }

    /**
     * @param run one name for all records between a start of the server and its end
     * @param number the record's own in its run
     * @param incarnations of each shard, in order
     */
    static List<String> of(
            String run,
            long number,
            String reason,
            List<Integer> incarnations,
            List<StoredCut> cuts,
            List<LedgerEntry> entries) {
        return of(run, number, reason, incarnations, cuts, entries, EventLimits.ATTRIBUTES_BYTES);
    }

    static List<String> of(
            String run,
            long number,
            String reason,
            List<Integer> incarnations,
            List<StoredCut> cuts,
            List<LedgerEntry> entries,
            int maxBytes) {
        String head = "{\"run\":\"" + run + "\",\"record\":" + number + ",\"reason\":\"" + reason + "\"";
        LedgerParts made = new LedgerParts(
                head,
                json(out -> {
                    out.writeStartArray();
                    for (int incarnation : incarnations) {
                        out.writeNumber(incarnation);
                    }
                    out.writeEndArray();
                }),
                maxBytes);
        for (StoredCut cut : cuts) {
            for (StoredCut.Stretch stretch : cut.stretches()) {
                String text = json(out -> write(out, cut.shard(), stretch));
                made.partFor(text).through.add(text);
            }
        }
        for (LedgerEntry entry : entries) {
            String text = json(entry::write);
            made.partFor(text).counters.add(text);
        }
        return made.texts();
    }

    private static void write(JsonGenerator out, int shard, StoredCut.Stretch stretch) throws IOException {
        out.writeStartObject();
        out.writeNumberField("shard", shard);
        out.writeNumberField("incarnation", stretch.incarnation());
        out.writeNumberField("from", stretch.from());
        out.writeNumberField("sequence", stretch.count() == 0 ? -1 : stretch.through());
        out.writeEndObject();
    }

    private void begin(int alreadyBytes) {
        Part part = new Part();
        part.bytes = FRAME_BYTES + alreadyBytes;
        parts.add(part);
    }

    private Part partFor(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length + 1;
        if (parts.get(parts.size() - 1).bytes + bytes > maxBytes) {
            begin(0);
        }
        Part part = parts.get(parts.size() - 1);
        part.bytes += bytes;
        return part;
    }

    private List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (Part part : parts) {
            StringBuilder text = new StringBuilder(head)
                    .append(",\"part\":")
                    .append(texts.size() + 1)
                    .append(",\"parts\":")
                    .append(parts.size());
            if (texts.isEmpty()) {
                text.append(",\"incarnations\":").append(incarnations);
            }
            texts.add(text.append(",\"through\":[")
                    .append(String.join(",", part.through))
                    .append("],\"counters\":[")
                    .append(String.join(",", part.counters))
                    .append("]}")
                    .toString());
        }
        return texts;
    }

    private static String json(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator out = EventJsonWriter.generator(bytes)) {
            writing.to(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
