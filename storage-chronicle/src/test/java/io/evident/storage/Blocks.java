package io.evident.storage;

import io.evident.event.EventEncoder;
import io.evident.event.EventField;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.Journal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Blocks for tests: an event's id and time are its sequence, so that what is read back can be recognised. */
final class Blocks {
    static final int EPOCH = 7;

    private final Block block = new Block();
    private final EventEncoder encoder = new EventEncoder();
    private byte[] event = new byte[128 * 1024];

    /** A block of small events. */
    Block of(Lane lane, long firstSequence, int count) {
        return of(lane, firstSequence, count, 10);
    }

    Block of(Lane lane, long firstSequence, int count, int attributesBytes) {
        block.begin(lane, EPOCH, firstSequence);
        for (int i = 0; i < count; i++) {
            int length = encode(firstSequence + i, attributesBytes);
            block.add(event, 0, length, firstSequence + i);
        }
        return block;
    }

    private int encode(long sequence, int attributesBytes) {
        encoder.reset();
        encoder.id(1, sequence + 1);
        encoder.timeNs(sequence);
        encoder.outcome(Outcome.SUCCESS);
        encoder.severity(Severity.P3_LOW);
        text(EventField.TENANT, "acme");
        text(EventField.ACTION, "document.read");
        text(EventField.ATTRIBUTES, "\"" + "x".repeat(attributesBytes) + "\"");
        return encoder.encode(event, 0);
    }

    private void text(EventField field, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        encoder.field(field, utf8, 0, utf8.length);
    }

    /** Appends a block of small events behind what the journal has. */
    BlockInfo append(Journal journal, int count) throws IOException {
        return journal.append(of(Lane.STANDARD, journal.nextSequence(), count));
    }

    /** Appends many blocks of one event each. */
    void appendBlocks(Journal journal, int blocks) throws IOException {
        for (int i = 0; i < blocks; i++) {
            append(journal, 1);
        }
    }

    /** The sequences of all events of a source, read from the disk, each checked against its event's id and time. */
    static List<Long> sequences(BlockSource source) throws IOException {
        List<Long> sequences = new ArrayList<>();
        BlockReader reader = new BlockReader();
        for (int i = 0; i < source.blockCount(); i++) {
            source.read(source.block(i), reader);
            drain(reader, sequences);
        }
        return sequences;
    }

    static void drain(BlockReader reader, List<Long> sequences) {
        while (reader.next()) {
            boolean right = reader.event().idLow() == reader.sequence() + 1
                    && reader.event().timeNs() == reader.sequence();
            if (!right) {
                throw new AssertionError("another event stands at sequence " + reader.sequence());
            }
            sequences.add(reader.sequence());
        }
    }

    /** The numbers {@code from} to {@code to} - 1. */
    static List<Long> range(long from, long to) {
        List<Long> numbers = new ArrayList<>();
        for (long i = from; i < to; i++) {
            numbers.add(i);
        }
        return numbers;
    }

    /** What the reading of the first block throws in a thread that was interrupted; {@code null} when nothing. */
    static Throwable readInterrupted(BlockSource source) {
        return CompletableFuture.supplyAsync(() -> {
                    Thread.currentThread().interrupt();
                    try {
                        source.read(source.block(0), new BlockReader());
                        return null;
                    } catch (IOException e) {
                        return e;
                    } finally {
                        Thread.interrupted();
                    }
                })
                .join();
    }
}
