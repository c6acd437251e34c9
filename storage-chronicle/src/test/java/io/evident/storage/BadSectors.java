package io.evident.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** The real file system, of which part of one file cannot be read: a read ends before it, and one that begins in it fails. */
final class BadSectors extends FaultyFiles {
    private volatile Path bad;
    private volatile long from;
    private volatile long to;

    /** From now on the bytes {@code from} to {@code to} - 1 of the file cannot be read. */
    void in(Path file, long fromByte, long toByte) {
        from = fromByte;
        to = toByte;
        bad = file;
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        FileChannel real = super.open(file, options);
        return file.equals(bad) ? new Channel(real) : real;
    }

    private final class Channel extends FileChannel {
        private final FileChannel real;

        Channel(FileChannel real) {
            this.real = real;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            if (position >= from && position < to) {
                throw new IOException("Input/output error");
            }
            int limit = into.limit();
            if (position < from && position + into.remaining() > from) {
                into.limit(into.position() + (int) (from - position));
            }
            try {
                return real.read(into, position);
            } finally {
                into.limit(limit);
            }
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            int count = read(into, real.position());
            real.position(real.position() + Math.max(0, count));
            return count;
        }

        @Override
        public long read(ByteBuffer[] into, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            return real.write(bytes);
        }

        @Override
        public long write(ByteBuffer[] bytes, int offset, int length) throws IOException {
            return real.write(bytes, offset, length);
        }

        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            return real.write(bytes, position);
        }

        @Override
        public long position() throws IOException {
            return real.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            real.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return real.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            real.truncate(size);
            return this;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            real.force(metaData);
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) throws IOException {
            return real.lock(position, size, shared);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return real.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            real.close();
        }
    }
}
