package io.evident.storage.directory;

import java.io.IOException;
import java.nio.file.Path;

/** Another Evident works in the directory. The message is for people and says what to do. */
public final class DataDirectoryInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Path directory;

    DataDirectoryInUseException(Path directory, String setting, String holder) {
        super("the directory " + directory + " is in use by " + holder + ". Stop it, or give this one another "
                + "directory with " + setting + ".");
        this.directory = directory;
    }

    /** The directory; {@code null} after deserialisation. */
    public Path directory() {
        return directory;
    }
}
