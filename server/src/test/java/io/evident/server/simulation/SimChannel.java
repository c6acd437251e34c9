package io.evident.server.simulation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A channel of a simulated process to a file of the simulated disk; useless once the process is dead. */
final class SimChannel extends FileChannel {
    private final SimProcess process;
    private final SimFile file;
    private long position;

    SimChannel(SimProcess process, SimFile file) {
        this.process = process;
        this.file = file;
    }

    SimFile file() {
        return file;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int count = read(into, position);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public int read(ByteBuffer into, long from) throws IOException {
        process.requireAlive();
        return into.hasRemaining() ? file.read(from, into) : 0;
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int count = write(bytes, position);
        position += count;
        return count;
    }

    @Override
    public int write(ByteBuffer bytes, long to) throws IOException {
        process.requireAlive();
        int count = bytes.remaining();
        file.write(to, bytes);
        return count;
    }

    @Override
    public long write(ByteBuffer[] bytes, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        process.requireAlive();
        return file.sizeBytes();
    }

    @Override
    public FileChannel truncate(long sizeBytes) throws IOException {
        process.requireAlive();
        file.truncate(sizeBytes);
        position = Math.min(position, sizeBytes);
        return this;
    }

    @Override
    public void force(boolean metaData) {
        throw new UnsupportedOperationException("forces go through the file operations, where they can fail");
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long to, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long from, long size, boolean shared) {
        return tryLock(from, size, shared);
    }

    /** Always granted: one simulated process runs at a time. */
    @Override
    public FileLock tryLock(long from, long size, boolean shared) {
        return new FileLock(this, from, size, shared) {
            @Override
            public boolean isValid() {
                return isOpen();
            }

            @Override
            public void release() {
                // It ends with the channel.
            }
        };
    }

    @Override
    protected void implCloseChannel() {
        // Nothing is held.
    }
}
