package io.evident.load.sink;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** A client of the sink: what it has sent in part, and what it has not read yet. */
final class SinkConnection {
    private static final int FIRST_BYTES = 4 << 10;
    private static final int MOST_READ = 1 << 20;

    private final SocketChannel channel;
    private final SinkProtocol protocol;
    private byte[] in = new byte[FIRST_BYTES];
    private int inEnd;
    private byte[] out = new byte[FIRST_BYTES];
    private int outEnd;
    private int outWritten;

    SinkConnection(SocketChannel channel, SinkProtocol protocol) {
        this.channel = channel;
        this.protocol = protocol;
    }

    /** Reads, answers and writes; returns whether all answers are written. Nothing is read while some are not. */
    boolean serve() throws IOException {
        if (outWritten == outEnd) {
            read();
        }
        while (outWritten < outEnd) {
            int written = channel.write(ByteBuffer.wrap(out, outWritten, outEnd - outWritten));
            if (written == 0) {
                return false;
            }
            outWritten += written;
        }
        outWritten = 0;
        outEnd = 0;
        return true;
    }

    private void read() throws IOException {
        int got = channel.read(ByteBuffer.wrap(in, inEnd, in.length - inEnd));
        if (got < 0) {
            throw new EOFException("the client has gone");
        }
        inEnd += got;
        int at = 0;
        for (int end = protocol.take(in, at, inEnd, this); end > 0; end = protocol.take(in, at, inEnd, this)) {
            at = end;
        }
        System.arraycopy(in, at, in, 0, inEnd - at);
        inEnd -= at;
        if (in.length - inEnd < in.length / 2 && in.length < 2 * MOST_READ) {
            in = Arrays.copyOf(in, in.length * 2);
        }
    }

    /** Room for an answer of so many bytes, at {@link #outEnd}. */
    byte[] room(int bytes) {
        if (out.length - outEnd < bytes) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, outEnd + bytes));
        }
        return out;
    }

    int outEnd() {
        return outEnd;
    }

    void answered(int bytes) {
        outEnd += bytes;
    }

    void answer(byte[] bytes) {
        System.arraycopy(bytes, 0, room(bytes.length), outEnd, bytes.length);
        answered(bytes.length);
    }
}
