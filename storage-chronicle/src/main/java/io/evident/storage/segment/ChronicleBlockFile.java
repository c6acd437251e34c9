package io.evident.storage.segment;

import io.evident.storage.file.Closing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.Jvm;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * A segment's file as a Chronicle queue of its own, one excerpt per block. Chronicle's clock stands still, so it never
 * begins a second file. Its sync, locks and tailers are not used: forcing is the journal's work, the directory is fresh
 * and ours, and reading goes past Chronicle.
 */
public final class ChronicleBlockFile implements BlockFile {
    /** How Chronicle names the file of its first day, where the still clock keeps it. */
    public static final String FILE_NAME = "19700101F.cq4";

    /**
     * A file that Chronicle takes and gives the right name, instead of making one. (A file under the right name would be
     * taken for another process's, and waited for.)
     */
    public static final String PREPARED_NAME = "19700101F.precreated";

    /** Where Chronicle keeps its locks; nothing in it is worth anything to us. */
    public static final String METADATA_NAME = "metadata.cq4t";

    /**
     * Chronicle maps so much at once, and makes the file longer by it. The file is sparse and costs disk only as it
     * fills; smaller maps are slower to append to, longer ones leave more to search after a crash.
     */
    private static final long MAX_MAP_BYTES = 64L << 20;
    /** The largest block has to fit four times. */
    private static final long MIN_MAP_BYTES = 2L << 20;

    private static final long LOCK_TIMEOUT_MS = 1_000;

    static {
        quieten();
    }

    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;

    private ChronicleBlockFile(SingleChronicleQueue queue, ExcerptAppender appender) {
        this.queue = queue;
        this.appender = appender;
    }

    /** Chronicle's warnings and errors go to our log; banner, timings, disk watch and analytics go nowhere. */
    private static void quieten() {
        for (String property : new String[] {
            "chronicle.analytics.disable", "chronicle.announcer.disable", "chronicle.disk.monitor.disable"
        }) {
            System.setProperty(property, "true");
        }
        Jvm.setExceptionHandlers(
                (log, message, thrown) -> log.error(message, thrown),
                (log, message, thrown) -> log.warn(message, thrown),
                null,
                null);
    }

    /**
     * Creates the queue in an existing, empty directory; the file is there when it returns.
     *
     * @param segmentBytes about how many bytes it is to hold; more may be appended
     */
    public static BlockFile open(Path segmentDirectory, long segmentBytes) throws IOException {
        long mapBytes = Math.max(MIN_MAP_BYTES, Math.min(MAX_MAP_BYTES, Long.highestOneBit(segmentBytes / 16)));
        SingleChronicleQueue queue = null;
        try {
            queue = SingleChronicleQueueBuilder.binary(segmentDirectory)
                    .rollCycle(RollCycles.FAST_DAILY)
                    .timeProvider(() -> 0L)
                    .blockSize(mapBytes)
                    .timeoutMS(LOCK_TIMEOUT_MS)
                    .build();
            ExcerptAppender appender = queue.createAppender();
            // Opened by one thread and then used by the writer alone; Chronicle would insist on the first.
            appender.singleThreadedCheckDisabled(true);
            try (DocumentContext created = appender.writingDocument()) {
                created.rollbackOnClose();
            }
            boolean asAsked = queue.rollCycle() == RollCycles.FAST_DAILY
                    && segmentDirectory.resolve(FILE_NAME).toFile().isFile();
            if (!asAsked) {
                throw new IOException("Chronicle did not create " + FILE_NAME + " in " + segmentDirectory);
            }
            return new ChronicleBlockFile(queue, appender);
        } catch (RuntimeException | InternalError e) {
            closeQuietly(queue, e);
            throw new IOException("no journal file could be created in " + segmentDirectory + ": " + e.getMessage(), e);
        }
    }

    private static void closeQuietly(SingleChronicleQueue queue, Throwable reason) {
        try {
            if (queue != null) {
                queue.close();
            }
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    @Override
    public long append(byte[] bytes, int length) throws IOException {
        try (DocumentContext document = appender.writingDocument()) {
            try {
                Bytes<?> to = document.wire().bytes();
                long position = to.writePosition();
                to.write(bytes, 0, length);
                return position;
            } catch (Throwable e) {
                document.rollbackOnClose();
                throw e;
            }
        } catch (RuntimeException | InternalError e) {
            // InternalError: the disk could not back a page of the memory map; it is full or failing.
            throw new IOException("the block could not be written to the journal's memory map: " + e, e);
        }
    }

    @Override
    public void close() throws IOException {
        Closing.all(List.of(appender, queue));
    }
}
