package io.evident.storage.directory;

import java.io.IOException;
import java.nio.file.Path;

/** Another Evident works in the data directory. The message is for people and says what to do. */
public final class DataDirectoryInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Path directory;

    DataDirectoryInUseException(Path directory, String holder) {
        super("the data directory " + directory + " is in use by " + holder
                + ". Stop it, or give this one another directory with --data.");
        this.directory = directory;
    }

    /** The directory; {@code null} after deserialisation. */
    public Path directory() {
        return directory;
    }
}
