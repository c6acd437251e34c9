package io.evident.load.tcp;

import io.evident.event.Refusal;
import io.evident.event.wire.Farewell;
import io.evident.event.wire.FrameLayout;
import io.evident.event.wire.FrameView;
import io.evident.event.wire.Hello;
import io.evident.event.wire.Welcome;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One welcomed connection: what is to be written belongs to the sending thread, what was read in part to the reading one.
 */
final class TcpConnection implements AutoCloseable {
    private static final int FIRST_OUT_BYTES = 2 << 10;
    private static final int LONGEST_WELCOME = 1 << 10;

    private final SocketChannel channel;
    private final Welcome welcome;
    private final AtomicLong answered = new AtomicLong();
    private volatile int window;
    private long sent;
    private byte[] out = new byte[FIRST_OUT_BYTES];
    private int outEnd;
    private int outWritten;
    private byte[] partial = new byte[0];

    private TcpConnection(SocketChannel channel, Welcome welcome, int window) {
        this.channel = channel;
        this.welcome = welcome;
        this.window = Math.min(window, welcome.window());
    }

    /** Connects, and waits for the server's welcome. */
    static TcpConnection open(InetSocketAddress address, int window) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(address.getAddress(), address.getPort()));
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer hello = ByteBuffer.wrap(new Hello(FrameLayout.PROTOCOL_VERSION, "", "evident-load").encode());
            while (hello.hasRemaining()) {
                channel.write(hello);
            }
            TcpConnection connection = new TcpConnection(channel, welcome(channel, address), window);
            channel.configureBlocking(false);
            return connection;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static Welcome welcome(SocketChannel channel, InetSocketAddress address) throws IOException {
        byte[] bytes = new byte[LONGEST_WELCOME];
        readFully(channel, ByteBuffer.wrap(bytes, 0, FrameLayout.LENGTH_BYTES));
        long length = FrameLayout.frameLength(bytes, 0);
        if (FrameLayout.checkFrameLength(length, bytes.length) == null) {
            int rest = (int) length - FrameLayout.LENGTH_BYTES;
            readFully(channel, ByteBuffer.wrap(bytes, FrameLayout.LENGTH_BYTES, rest));
            FrameView frame = new FrameView();
            Refusal refusal = frame.wrap(bytes, 0, (int) length);
            if (refusal == null && frame.templateId() == FrameLayout.WELCOME && Welcome.check(frame) == null) {
                return Welcome.of(frame);
            }
            if (refusal == null && frame.templateId() == FrameLayout.FAREWELL) {
                throw new IOException("the server at " + address + " did not welcome: " + Farewell.of(frame));
            }
        }
        throw new IOException("the server at " + address + " did not welcome: no answer that can be read");
    }

    private static void readFully(SocketChannel channel, ByteBuffer to) throws IOException {
        while (to.hasRemaining()) {
            if (channel.read(to) < 0) {
                throw new EOFException("the server closed the connection instead of welcoming");
            }
        }
    }

    SocketChannel channel() {
        return channel;
    }

    Welcome welcome() {
        return welcome;
    }

    /** How many may be unanswered at a time now. */
    int window() {
        return window;
    }

    /** The server's word; the reading thread. */
    void window(int events) {
        window = events;
    }

    /** Events that were sent and are not answered. */
    long unanswered() {
        return sent - answered.get();
    }

    /** The reading thread. */
    void answered(int events) {
        answered.lazySet(answered.get() + events);
    }

    /** Whether as many events can be sent now; the sending thread. */
    boolean hasRoomFor(int events, int mostUnwritten) {
        return unanswered() + events <= window && outEnd - outWritten <= mostUnwritten;
    }

    /** Where the next frame goes, at {@link #outEnd}, with room for so many bytes. */
    byte[] outWithRoom(int bytes) {
        if (outWritten == outEnd) {
            outWritten = 0;
            outEnd = 0;
        }
        if (out.length - outEnd < bytes) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, outEnd + bytes));
        }
        return out;
    }

    int outEnd() {
        return outEnd;
    }

    /** A frame stands in the buffer. */
    void added(int frameBytes, int events) {
        outEnd += frameBytes;
        sent += events;
    }

    /**
     * Writes what the kernel takes.
     *
     * @return whether that was all
     */
    boolean write() throws IOException {
        while (outWritten < outEnd) {
            int written = channel.write(ByteBuffer.wrap(out, outWritten, outEnd - outWritten));
            if (written == 0) {
                return false;
            }
            outWritten += written;
        }
        return true;
    }

    int unwritten() {
        return outEnd - outWritten;
    }

    /** The begin of a frame whose rest has not come yet; the reading thread. */
    byte[] partial() {
        return partial;
    }

    void partial(byte[] bytes, int from, int to) {
        partial = from == to ? partial.length == 0 ? partial : new byte[0] : Arrays.copyOfRange(bytes, from, to);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
