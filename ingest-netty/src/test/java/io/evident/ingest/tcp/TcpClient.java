package io.evident.ingest.tcp;

import io.evident.event.AuditEvent;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.event.wire.EventBatchEncoder;
import io.evident.event.wire.Farewell;
import io.evident.event.wire.FrameLayout;
import io.evident.event.wire.FrameView;
import io.evident.event.wire.Hello;
import io.evident.event.wire.ReceiptBatchView;
import io.evident.event.wire.RefusalBatchView;
import io.evident.event.wire.Welcome;
import io.evident.ingest.TestEvents;
import io.evident.ingest.TestServer;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A client on a plain socket: sends any bytes, and reads whole frames. */
final class TcpClient implements AutoCloseable {
    final Socket socket;
    private final DataInputStream in;

    /** One answer to one event. */
    record Answer(long correlationId, int index, Receipt receipt, Refusal refusal) {}

    TcpClient(TestServer server) throws IOException {
        socket = new Socket();
        socket.setReceiveBufferSize(64 * 1024);
        socket.connect(server.server.tcpAddress());
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    /** A client that is welcome already. */
    static TcpClient welcomed(TestServer server) throws IOException {
        TcpClient client = new TcpClient(server);
        client.send(hello());
        client.welcome();
        return client;
    }

    static byte[] hello() {
        return new Hello(1, "", "test").encode();
    }

    static byte[] batch(long correlationId, Tier tier, AuditEvent... events) {
        byte[][] binaries = Arrays.stream(events).map(TestEvents::binary).toArray(byte[][]::new);
        return rawBatch(correlationId, tier, binaries);
    }

    static byte[] rawBatch(long correlationId, Tier tier, byte[]... events) {
        int room = EventBatchEncoder.EMPTY_FRAME_BYTES;
        for (byte[] event : events) {
            room += EventBatchEncoder.EVENT_OVERHEAD_BYTES + event.length;
        }
        byte[] frame = new byte[room];
        EventBatchEncoder encoder = new EventBatchEncoder();
        encoder.begin(frame, 0, room, FrameLayout.MAX_GROUP_ENTRIES, correlationId, tier);
        for (byte[] event : events) {
            encoder.add(event, 0, event.length);
        }
        encoder.finish();
        return frame;
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    byte[] readFrame() throws IOException {
        byte[] head = new byte[FrameLayout.LENGTH_BYTES];
        in.readFully(head);
        byte[] frame = Arrays.copyOf(head, (int) FrameLayout.frameLength(head, 0));
        in.readFully(frame, FrameLayout.LENGTH_BYTES, frame.length - FrameLayout.LENGTH_BYTES);
        return frame;
    }

    private FrameView readView() throws IOException {
        byte[] frame = readFrame();
        FrameView view = new FrameView();
        Refusal refusal = view.wrap(frame, 0, frame.length);
        if (refusal != null) {
            throw new AssertionError(refusal.toString());
        }
        return view;
    }

    Welcome welcome() throws IOException {
        FrameView view = readView();
        Refusal refusal = Welcome.check(view);
        if (refusal != null) {
            throw new AssertionError(refusal.toString());
        }
        return Welcome.of(view);
    }

    /** Reads frames until there are so many answers. */
    List<Answer> answers(int count) throws IOException {
        List<Answer> answers = new ArrayList<>();
        while (answers.size() < count) {
            addAnswers(readView(), answers);
        }
        return answers;
    }

    private static void addAnswers(FrameView view, List<Answer> answers) {
        ReceiptBatchView receipts = new ReceiptBatchView();
        RefusalBatchView refusals = new RefusalBatchView();
        if (receipts.wrap(view) == null) {
            while (receipts.next()) {
                answers.add(new Answer(receipts.correlationId(), receipts.index(), receipts.receipt(), null));
            }
        } else if (refusals.wrap(view) == null) {
            while (refusals.next()) {
                answers.add(new Answer(refusals.correlationId(), refusals.index(), null, refusals.refusal()));
            }
        } else {
            throw new AssertionError("neither receipts nor refusals: template " + view.templateId());
        }
    }

    /** Reads the farewell, and that nothing comes after it. */
    Refusal farewell() throws IOException {
        FrameView view = readView();
        Refusal wrong = Farewell.check(view);
        if (wrong != null) {
            throw new AssertionError(wrong.toString());
        }
        if (!isAtEnd()) {
            throw new AssertionError("there is something after the farewell");
        }
        return Farewell.of(view).refusal();
    }

    boolean isAtEnd() throws IOException {
        try {
            in.readByte();
            return false;
        } catch (EOFException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
