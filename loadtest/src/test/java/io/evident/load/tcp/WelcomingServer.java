package io.evident.load.tcp;

import io.evident.event.Refusal;
import io.evident.event.wire.EventBatchView;
import io.evident.event.wire.FrameLayout;
import io.evident.event.wire.FrameView;
import io.evident.event.wire.RefusalBatchEncoder;
import io.evident.event.wire.Welcome;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that welcomes everybody, and then says nothing, or refuses each event. */
public final class WelcomingServer implements AutoCloseable {
    private static final int WINDOW = 1 << 16;

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();
    private final Refusal answer;

    /** @param answer to each event; {@code null} for none */
    public WelcomingServer(Refusal answer) throws IOException {
        this.answer = answer;
        startThread(this::acceptAll);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    /** What goes on until the sockets are closed. */
    private interface Talk {
        void talk() throws IOException;
    }

    private static void startThread(Talk talk) {
        Thread thread = new Thread(() -> {
            try {
                talk.talk();
            } catch (IOException ended) {
                // The other side, or the test, has closed the socket.
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptAll() throws IOException {
        while (true) {
            Socket socket = listening.accept();
            accepted.add(socket);
            startThread(() -> serve(socket));
        }
    }

    private void serve(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        FrameView frame = new FrameView();
        while (true) {
            byte[] bytes = new byte[FrameLayout.DEFAULT_MAX_FRAME_BYTES];
            in.readFully(bytes, 0, FrameLayout.LENGTH_BYTES);
            int length = (int) FrameLayout.frameLength(bytes, 0);
            in.readFully(bytes, FrameLayout.LENGTH_BYTES, length - FrameLayout.LENGTH_BYTES);
            if (frame.wrap(bytes, 0, length) != null) {
                throw new SocketException("a frame that cannot be read");
            }
            if (frame.templateId() == FrameLayout.HELLO) {
                socket.getOutputStream()
                        .write(new Welcome(
                                        FrameLayout.PROTOCOL_VERSION,
                                        FrameLayout.DEFAULT_MAX_FRAME_BYTES,
                                        FrameLayout.DEFAULT_MAX_BATCH_EVENTS,
                                        WINDOW,
                                        "test")
                                .encode());
            } else if (answer != null) {
                socket.getOutputStream().write(refusals(frame));
            }
        }
    }

    private byte[] refusals(FrameView frame) throws IOException {
        EventBatchView batch = new EventBatchView(FrameLayout.DEFAULT_MAX_BATCH_EVENTS);
        if (batch.wrap(frame) != null) {
            throw new SocketException("a batch that cannot be read");
        }
        byte[] out = new byte[FrameLayout.DEFAULT_MAX_FRAME_BYTES];
        RefusalBatchEncoder refusals = new RefusalBatchEncoder().begin(out, 0, out.length, batch.correlationId());
        while (batch.next()) {
            refusals.add(batch.index(), 0, 0, answer, 0);
        }
        return Arrays.copyOf(out, refusals.finish());
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : accepted) {
            socket.close();
        }
    }
}
