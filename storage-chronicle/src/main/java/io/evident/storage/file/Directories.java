package io.evident.storage.file;

import java.io.IOException;
import java.nio.file.Path;

/** Makes directories that are found again after a power cut. */
public final class Directories {
    private Directories() {}

    /** Creates what is missing, from the outside in, each forced in its parent. */
    public static void createWithParents(FileOperations files, Path wanted) throws IOException {
        if (files.exists(wanted)) {
            return;
        }
        Path parent = wanted.getParent();
        if (parent == null) {
            throw new IOException(wanted + " cannot be created");
        }
        createWithParents(files, parent);
        files.createDirectory(wanted);
        files.forceDirectory(parent);
    }
}
