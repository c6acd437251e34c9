package io.evident.storage.space;

import java.io.IOException;
import java.util.Locale;

/**
 * What kind of trouble an I/O exception tells of, as far as it decides what to do. The JDK has no error numbers, so the
 * operating system's words are looked at; where they are in another language, the free space decides.
 */
public enum DiskFault {
    /** ENOSPC, also of inodes, or EDQUOT: it may succeed later. */
    FULL,
    /** EMFILE or ENFILE: it may succeed later. */
    TOO_MANY_FILES,
    /** Anything else (EIO, EROFS): nothing good is to be expected from this volume. */
    OTHER;

    /** The kind of a failure, or of what caused it. */
    public static DiskFault of(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String words = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (words.contains("no space left on device") || words.contains("quota exceeded")) {
                return FULL;
            }
            if (words.contains("too many open files")) {
                return TOO_MANY_FILES;
            }
        }
        return OTHER;
    }

    /** Whether waiting may help. */
    public boolean isPassing() {
        return this != OTHER;
    }
}
