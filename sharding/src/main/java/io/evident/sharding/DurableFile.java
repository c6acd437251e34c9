package io.evident.sharding;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Replaces a small file as a whole: whoever reads it, also after a power cut, finds the old content or the new one.
 * Stateless; one writer at a time for one file.
 */
public final class DurableFile {
    private static final String TEMPORARY_SUFFIX = ".tmp";

    private DurableFile() {}

    /**
     * Writes beside the file, forces, renames over the file, forces the directory. A temporary file that an earlier
     * attempt left behind is overwritten.
     *
     * @param ownerOnly whether nobody but the owner may read it, where the file system knows permissions
     * @throws IOException when any of the steps failed; the file then has its old content, or in doubt the new one
     */
    public static void replace(Path file, byte[] content, boolean ownerOnly) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY_SUFFIX);
        Files.deleteIfExists(temporary);
        create(temporary, ownerOnly);
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory(file.toAbsolutePath().getParent());
    }

    private static void create(Path temporary, boolean ownerOnly) throws IOException {
        if (ownerOnly && temporary.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(
                    temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(temporary);
        }
    }

    private static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
