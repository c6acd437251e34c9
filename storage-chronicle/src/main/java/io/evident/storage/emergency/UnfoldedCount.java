package io.evident.storage.emergency;

import io.evident.storage.segment.FileOperations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * Counts what one copy of a shard's emergency journal holds that is not folded in yet, for tools that only read. Stateless;
 * safe beside a server at work.
 */
public final class UnfoldedCount {
    private UnfoldedCount() {}

    /**
     * Counts the events of all whole blocks.
     *
     * @param directory where the copy is; it need not be there
     * @param foldedThrough how far the shard's journal says it is folded
     * @throws IOException when the directory cannot be read
     */
    public static long events(FileOperations files, Path directory, int shard, long foldedThrough) throws IOException {
        if (!files.exists(directory)) {
            return 0;
        }
        try (Copy copy = new Copy(files, directory, directory.getFileName().toString())) {
            CopyScan scan = new CopyScan(copy, shard, foldedThrough);
            scan.list();
            JournalId id = scan.id();
            scan.scan(id == null ? JournalId.random() : id);
            return count(scan.found(), foldedThrough);
        }
    }

    /** A block may be there twice: a start that found it in one copy only wrote it anew. */
    private static long count(List<FoundBlock> found, long foldedThrough) {
        long events = 0;
        long counted = foldedThrough;
        List<FoundBlock> inOrder = found.stream()
                .sorted(Comparator.comparingLong(block -> block.info().firstSequence()))
                .toList();
        for (FoundBlock block : inOrder) {
            long last = block.info().lastSequence();
            if (last > counted) {
                events += last - Math.max(counted, block.info().firstSequence() - 1);
                counted = last;
            }
        }
        return events;
    }
}
