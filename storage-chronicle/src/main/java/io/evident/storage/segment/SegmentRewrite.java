package io.evident.storage.segment;

import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Puts what can be read of a segment's file surely on the disk. Forcing alone is not enough: when a force of an earlier
 * process failed, Linux takes the pages for written and goes on showing them, and the next force succeeds without writing
 * them (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020). Written again, they are forced
 * in earnest; and where they are on the disk already, the same bytes take their own place. Stateless.
 */
public final class SegmentRewrite {
    private static final int CHUNK_BYTES = 1 << 16;
    private static final byte[] ZEROS = new byte[CHUNK_BYTES];

    private SegmentRewrite() {}

    /** Puts a segment's file and its directory surely on the disk, also where the file may not be written. */
    public static void settle(FileOperations files, Path segmentDirectory, Path file) throws IOException {
        try {
            force(files, file);
        } catch (AccessDeniedException e) {
            // It may not be written, but forced all the same: through a channel that reads.
            try (FileChannel channel = files.open(file, StandardOpenOption.READ)) {
                files.force(channel, file);
            }
        }
        files.forceDirectory(segmentDirectory);
    }

    /** Writes the file's content over itself, but for what is only zeros, and forces it. */
    public static void force(FileOperations files, Path file) throws IOException {
        try (FileChannel channel = files.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
            long position = 0;
            while (channel.read(chunk.clear(), position) > 0) {
                chunk.flip();
                int length = chunk.remaining();
                if (!Arrays.equals(chunk.array(), 0, length, ZEROS, 0, length)) {
                    channel.position(position);
                    files.write(channel, file, chunk);
                }
                position += length;
            }
            files.force(channel, file);
        }
    }
}
