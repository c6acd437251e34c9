package io.evident.storage.segment;

import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads a file of blocks by position, never through a memory map: a page that the disk cannot deliver is then an
 * exception and not a fault of the process. Opened with the first read. Thread-safe.
 */
public sealed class BlockFileReader implements AutoCloseable permits SegmentReader {
    private final FileOperations files;
    private final Path file;
    private final String label;
    private volatile FileChannel channel;
    private boolean closed;

    /**
     * For a file that need not be there yet.
     *
     * @param label what reports call it
     */
    public BlockFileReader(FileOperations files, Path file, String label) {
        this.files = files;
        this.file = file;
        this.label = label;
    }

    /** What reports call it. */
    public final String label() {
        return label;
    }

    /** The file that is read. */
    public final Path file() {
        return file;
    }

    /** Whether there is a file at all: a start that stopped at once leaves a segment without. */
    public boolean exists() {
        return files.exists(file);
    }

    /** The length of the file now; it may grow. */
    public final long sizeBytes() throws IOException {
        return channel(null).size();
    }

    /**
     * Reads up to {@code length} bytes.
     *
     * @return how many; fewer than asked for only at the end of the file
     */
    public final int read(long position, byte[] target, int offset, int length) throws IOException {
        return read(position, target, offset, length, length);
    }

    /**
     * Reads up to {@code length} bytes, of which the first {@code needed} are asked for and the others only read ahead: a
     * sector among those that the disk cannot deliver ends the reading there.
     *
     * @return how many; fewer than needed only at the end of the file
     */
    final int read(long position, byte[] target, int offset, int length, int needed) throws IOException {
        FileChannel open = channel(null);
        while (true) {
            try {
                return readFrom(open, position, ByteBuffer.wrap(target, offset, length), needed);
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (ClosedChannelException e) {
                // An interrupt of another reader closes the channel under all of them; only that one has to suffer.
                open = channel(open);
            }
        }
    }

    private static int readFrom(FileChannel from, long position, ByteBuffer buffer, int needed) throws IOException {
        int offset = buffer.position();
        try {
            while (buffer.hasRemaining()) {
                int count = from.read(buffer, position + buffer.position() - offset);
                if (count < 0) {
                    break;
                }
            }
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            if (buffer.position() - offset < needed) {
                throw e;
            }
        }
        return buffer.position() - offset;
    }

    private FileChannel channel(FileChannel broken) throws IOException {
        FileChannel current = channel;
        return current != null && current != broken && current.isOpen() ? current : reopen();
    }

    private synchronized FileChannel reopen() throws IOException {
        if (closed) {
            throw new IOException(label + " is closed");
        }
        FileChannel current = channel;
        if (current == null || !current.isOpen()) {
            current = open();
            channel = current;
        }
        return current;
    }

    /** Opens what is read. */
    FileChannel open() throws IOException {
        return files.open(file, StandardOpenOption.READ);
    }

    /** Lets go of what is open; the next read opens anew, also for whoever is reading. */
    final synchronized void closeChannel() throws IOException {
        FileChannel open = channel;
        if (open != null) {
            // Of an archive it has a dictionary, too.
            channel = null;
            open.close();
        }
    }

    @Override
    public final synchronized void close() throws IOException {
        closed = true;
        if (channel != null) {
            channel.close();
        }
    }
}
