package io.evident.storage.emergency;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How large the emergency journal of a shard is, and where its backup copy lies.
 *
 * @param fileBytes length of a file, 512 KiB to 1 GiB; two are written ahead at the start
 * @param totalBytes most bytes of a shard's files, per copy: 1 to 100 files
 * @param backup directory of the backup copy, best on a volume of its own; {@code null} for none. There is no default: a
 *     second copy on the volume of the first would look like safety, and would only cost time
 * @param copyPatience a copy that is so much slower than the other is given up, so that a hanging volume does not stop the
 *     path; zero writes the copies one after the other on the caller's thread, however long it takes
 */
public record EmergencySettings(long fileBytes, long totalBytes, Path backup, Duration copyPatience) {
    static final long MIN_FILE_BYTES = 512L << 10;
    private static final long MAX_FILE_BYTES = 1L << 30;

    public EmergencySettings {
        if (fileBytes < MIN_FILE_BYTES || fileBytes > MAX_FILE_BYTES) {
            throw new IllegalArgumentException("fileBytes is " + fileBytes + ", not 512 KiB to 1 GiB");
        }
        if (totalBytes < fileBytes || totalBytes / fileBytes > FileFormat.MAX_FILES) {
            throw new IllegalArgumentException(
                    "totalBytes is " + totalBytes + ", not 1 to " + FileFormat.MAX_FILES + " files of " + fileBytes);
        }
        if (copyPatience.isNegative()) {
            throw new IllegalArgumentException("copyPatience is " + copyPatience + ", below zero");
        }
    }

    /** Files of 4 MiB, 64 MiB per shard, no backup copy. */
    public static EmergencySettings defaults() {
        return new EmergencySettings(4L << 20, 64L << 20, null, Duration.ofMillis(500));
    }

    /** The same with a backup copy. */
    public EmergencySettings withBackup(Path directory) {
        return new EmergencySettings(fileBytes, totalBytes, directory, copyPatience);
    }

    int files() {
        return (int) (totalBytes / fileBytes);
    }
}
