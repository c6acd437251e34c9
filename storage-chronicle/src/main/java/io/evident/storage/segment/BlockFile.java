package io.evident.storage.segment;

import io.evident.event.Lane;
import java.io.IOException;
import java.nio.file.Path;

/** The file of the segment being written. Used by one thread at a time. */
public interface BlockFile {
    /** Creates the file of a fresh segment, in its directory, to hold about so many bytes. */
    interface Opener {
        BlockFile open(Path segmentDirectory, long segmentBytes) throws IOException;
    }

    /**
     * Sees to it that the next append finds room on the disk. Nothing of the block is written by it.
     *
     * @param lane the lane of the block: for CRITICAL the reserve is given up
     * @throws io.evident.pipeline.journal.NotWrittenException when there is no room now
     * @throws IOException when the file is not to be used any more
     */
    default void makeRoom(int lengthBytes, Lane lane) throws IOException {}

    /**
     * Appends one block so that it survives the death of the process.
     *
     * @return where its first byte stands in the file
     * @throws IOException when it was not written, or may not have been; the file must not be appended to after that
     */
    long append(byte[] bytes, int length) throws IOException;

    /** Closes without forcing. */
    void close() throws IOException;
}
