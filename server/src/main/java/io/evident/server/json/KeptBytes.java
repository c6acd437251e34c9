package io.evident.server.json;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A stream that keeps what was read through it until it is told to forget. */
final class KeptBytes extends FilterInputStream {
    /** Above the longest record there is room for what a parser reads ahead. */
    private static final int MAX_KEPT_BYTES = JsonRecords.MAX_RECORD_BYTES + (1 << 16);

    private byte[] kept = new byte[1 << 15];
    private int length;
    /** The offset in the stream of the first byte kept. */
    private long begin;

    /** One record is longer than any may be. */
    static final class TooManyException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    KeptBytes(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        int read = super.read(target, offset, count);
        if (read > 0) {
            if (length + read > MAX_KEPT_BYTES) {
                throw new TooManyException();
            }
            if (length + read > kept.length) {
                kept = Arrays.copyOf(kept, Math.max(2 * kept.length, length + read));
            }
            System.arraycopy(target, offset, kept, length, read);
            length += read;
        }
        return read;
    }

    /** The bytes between two offsets in the stream; both must not be forgotten. */
    byte[] cut(long from, long to) {
        return Arrays.copyOfRange(kept, Math.toIntExact(from - begin), Math.toIntExact(to - begin));
    }

    /** Bytes before this offset are not needed any more. */
    void forgetBefore(long offset) {
        int drop = Math.toIntExact(offset - begin);
        System.arraycopy(kept, drop, kept, 0, length - drop);
        length -= drop;
        begin = offset;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
