package io.evident.storage.segment;

import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.file.Path;
import net.openhft.chronicle.core.Jvm;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * A segment's file that begins as a Chronicle queue of its own and goes on as one, an excerpt for each block, so that
 * Chronicle's tools can read it. Chronicle makes the file, with its header and its first index pages, and is closed then:
 * the excerpts are appended with plain writes by {@link ChannelBlockFile}. Chronicle's clock stands still, so there is
 * one file; its sync, locks, tailers and later index pages are not used.
 *
 * <p>Why not through Chronicle's memory map: for each page that was changed through a map, a force takes the permission to
 * write away from every processor by an interrupt, which costs more than all else that it does for the page; the next
 * change is a fault; and a disk that is full shows as a fault of memory instead of an exception.
 */
public final class ChronicleBlockFile {
    /** How Chronicle names the file of its first day, where the still clock keeps it. */
    public static final String FILE_NAME = "19700101F.cq4";

    /**
     * A file that Chronicle takes and gives the right name, instead of making one. (A file under the right name would be
     * taken for another process's, and waited for.)
     */
    public static final String PREPARED_NAME = "19700101F.precreated";

    /** Where Chronicle keeps its locks; nothing in it is worth anything to us. */
    public static final String METADATA_NAME = "metadata.cq4t";

    /** Chronicle makes the file so long at once; header and index pages are far smaller. */
    private static final long MAP_BYTES = 256L << 10;

    private static final long LOCK_TIMEOUT_MS = 1_000;

    static {
        quieten();
    }

    private ChronicleBlockFile() {}

    /** Opens segments' files this way, in an existing, empty directory. */
    public static BlockFile.Opener opener(FileOperations files) {
        return (directory, segmentBytes) -> {
            long position = begin(directory);
            return ChannelBlockFile.behind(files, directory.resolve(FILE_NAME), position);
        };
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

    /** Lets Chronicle make the file; returns where the word before the first excerpt has its place. */
    private static long begin(Path segmentDirectory) throws IOException {
        try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(segmentDirectory)
                        .rollCycle(RollCycles.FAST_DAILY)
                        .timeProvider(() -> 0L)
                        .blockSize(MAP_BYTES)
                        .timeoutMS(LOCK_TIMEOUT_MS)
                        .build();
                ExcerptAppender appender = queue.createAppender()) {
            long position;
            try (DocumentContext first = appender.writingDocument()) {
                position = first.wire().bytes().writePosition() - Integer.BYTES;
                first.rollbackOnClose();
            }
            boolean asAsked = queue.rollCycle() == RollCycles.FAST_DAILY
                    && segmentDirectory.resolve(FILE_NAME).toFile().isFile();
            if (!asAsked) {
                throw new IOException("Chronicle did not create " + FILE_NAME + " in " + segmentDirectory);
            }
            return position;
        } catch (RuntimeException | InternalError e) {
            throw new IOException("no journal file could be created in " + segmentDirectory + ": " + e.getMessage(), e);
        }
    }
}
