package io.evident.storage.segment;

import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The mark of a segment on the standby volume in which all that was not forced on the shard's own volume was written again:
 * an empty file beside the journal file, made when that is forced. Without it the process may have stopped in between, and
 * what is not in the segment may be nowhere else. Stateless.
 */
public final class WrittenAgain {
    static final String FILE_NAME = "written-again";

    private WrittenAgain() {}

    /** Marks a segment whose files are forced; the mark is on the disk when this returns. */
    public static void mark(FileOperations files, Path segmentDirectory) throws IOException {
        Path file = segmentDirectory.resolve(FILE_NAME);
        try (FileChannel channel = files.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            files.force(channel, file);
        }
        files.forceDirectory(segmentDirectory);
    }

    /** Whether the segment has the mark. */
    public static boolean isMarked(FileOperations files, Path segmentDirectory) {
        return files.exists(segmentDirectory.resolve(FILE_NAME));
    }
}
