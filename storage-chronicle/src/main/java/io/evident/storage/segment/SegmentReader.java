package io.evident.storage.segment;

import io.evident.storage.archive.ArchiveChannel;
import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads the file of one segment, or its archive, in which the same bytes have the same positions. Thread-safe. */
public final class SegmentReader extends BlockFileReader {
    /** The name of the archive; it stands in the place of the file when that is gone. */
    public static final String ARCHIVE_NAME = "journal.zst";

    /** The name of an archive that is not complete yet. */
    public static final String NEW_ARCHIVE_NAME = ARCHIVE_NAME + ".new";

    private final FileOperations files;
    private final SegmentName name;
    private final Path archive;
    private volatile boolean freed;

    /** For the segment in this directory, which need not have a file yet. */
    public SegmentReader(FileOperations files, Path segmentDirectory, SegmentName name) {
        super(files, segmentDirectory.resolve(ChronicleBlockFile.FILE_NAME), name.toString());
        this.files = files;
        this.name = name;
        this.archive = segmentDirectory.resolve(ARCHIVE_NAME);
    }

    /** The name of the segment. */
    public SegmentName name() {
        return name;
    }

    /** The place of the archive. */
    public Path archive() {
        return archive;
    }

    /** Whether all that it held was removed: there is nothing to be read any more, nor to be missed. */
    public boolean isFreed() {
        return freed;
    }

    /** Says so, or takes it back. */
    public void setFreed(boolean isFreed) {
        freed = isFreed;
    }

    /** Whether only the archive is there: it never changes. */
    public boolean isArchived() {
        return !files.exists(file()) && files.exists(archive);
    }

    /** Bytes that the archive takes on the disk; there has to be one. */
    public long archiveBytes() throws IOException {
        try (ArchiveChannel channel = ArchiveChannel.open(files, archive)) {
            return channel.archiveBytes();
        }
    }

    @Override
    public boolean exists() {
        return super.exists() || files.exists(archive);
    }

    /** As long as the file is there it is what counts: the archive may be of an unfinished try. */
    @Override
    FileChannel open() throws IOException {
        try {
            return files.open(file(), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            if (!files.exists(archive)) {
                throw e;
            }
            return ArchiveChannel.open(files, archive);
        }
    }

    /** The file was replaced by its archive: lets go of it. Whoever is reading goes on in the archive. */
    public void letGo() throws IOException {
        closeChannel();
    }
}
