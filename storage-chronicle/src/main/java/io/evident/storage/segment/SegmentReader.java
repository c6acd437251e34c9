package io.evident.storage.segment;

import io.evident.storage.file.FileOperations;
import java.nio.file.Path;

/** Reads the file of one segment. Thread-safe. */
public final class SegmentReader extends BlockFileReader {
    private final SegmentName name;

    /** For the segment in this directory, which need not have a file yet. */
    public SegmentReader(FileOperations files, Path segmentDirectory, SegmentName name) {
        super(files, segmentDirectory.resolve(ChronicleBlockFile.FILE_NAME), name.toString());
        this.name = name;
    }

    /** The name of the segment. */
    public SegmentName name() {
        return name;
    }
}
