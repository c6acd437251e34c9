package io.evident.server.send;

import io.evident.event.Receipt;
import io.evident.server.json.JsonLine;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes every receipt as one line of JSON, in the order in which they come. Thread-safe. */
public final class ReceiptFile implements Closeable {
    private final BufferedWriter out;

    /** Begins the file anew. */
    public ReceiptFile(Path file) throws IOException {
        out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
    }

    synchronized void write(OutgoingEvent event, Receipt receipt) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("place", event.place());
        line.put("id", receipt.id());
        line.put("shard", receipt.shard());
        line.put("incarnation", receipt.incarnation());
        line.put("sequence", receipt.hasSequence() ? receipt.sequence() : null);
        if (receipt.emergencyPosition() > 0) {
            line.put("emergencyPosition", receipt.emergencyPosition());
        }
        line.put("tier", receipt.tier().text());
        line.put("lane", receipt.lane().text());
        if (receipt.duplicate()) {
            line.put("duplicate", true);
        }
        try {
            out.write(JsonLine.of(line));
            out.newLine();
        } catch (IOException e) {
            throw new UncheckedIOException("the receipts cannot be written", e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
