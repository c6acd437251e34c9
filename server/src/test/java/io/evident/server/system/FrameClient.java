package io.evident.server.system;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
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
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** One TCP connection that sends what it is told, right or wrong, and reads whole frames. */
final class FrameClient implements AutoCloseable {
    private static final int PATIENCE_MS = 20_000;

    private final Socket socket;
    private final DataInputStream in;

    /** What became of one event; one of the two is {@code null}. */
    record Answer(int index, Receipt receipt, Refusal refusal) {}

    private FrameClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** A connection on which nothing was said yet. */
    static FrameClient silent(int port) throws IOException {
        return new FrameClient(port);
    }

    /** A connection that may send events. */
    static FrameClient welcomed(int port) throws IOException {
        FrameClient client = new FrameClient(port);
        client.send(hello());
        client.readFrame();
        return client;
    }

    static byte[] hello() {
        return new Hello(FrameLayout.PROTOCOL_VERSION, "", "test").encode();
    }

    static byte[] binary(AuditEvent event) {
        EventEncoder encoder = new EventEncoder();
        Refusal refusal = event.encodeInto(encoder);
        if (refusal != null) {
            throw new AssertionError(refusal.toString());
        }
        byte[] binary = new byte[encoder.encodedLength()];
        encoder.encode(binary, 0);
        return binary;
    }

    static byte[] batch(Tier tier, byte[]... events) {
        int length = EventBatchEncoder.EMPTY_FRAME_BYTES
                + Arrays.stream(events)
                        .mapToInt(event -> EventBatchEncoder.EVENT_OVERHEAD_BYTES + event.length)
                        .sum();
        byte[] frame = new byte[length];
        EventBatchEncoder encoder = new EventBatchEncoder();
        encoder.begin(frame, 0, length, FrameLayout.MAX_GROUP_ENTRIES, 1, tier);
        for (byte[] event : events) {
            encoder.add(event, 0, event.length);
        }
        encoder.finish();
        return frame;
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    private FrameView readFrame() throws IOException {
        byte[] head = in.readNBytes(FrameLayout.LENGTH_BYTES);
        if (head.length < FrameLayout.LENGTH_BYTES) {
            throw new IOException("the connection ended in place of a frame");
        }
        byte[] frame = Arrays.copyOf(head, (int) FrameLayout.frameLength(head, 0));
        in.readFully(frame, FrameLayout.LENGTH_BYTES, frame.length - FrameLayout.LENGTH_BYTES);
        FrameView view = new FrameView();
        Refusal refusal = view.wrap(frame, 0, frame.length);
        if (refusal != null) {
            throw new AssertionError("the server sent a wrong frame: " + refusal);
        }
        return view;
    }

    /** Sends a batch and reads the answer to every event, in the order of the batch. */
    List<Answer> exchange(Tier tier, byte[]... events) throws IOException {
        send(batch(tier, events));
        List<Answer> answers = new ArrayList<>();
        ReceiptBatchView receipts = new ReceiptBatchView();
        RefusalBatchView refusals = new RefusalBatchView();
        while (answers.size() < events.length) {
            FrameView frame = readFrame();
            if (receipts.wrap(frame) == null) {
                while (receipts.next()) {
                    answers.add(new Answer(receipts.index(), receipts.receipt(), null));
                }
            } else if (refusals.wrap(frame) == null) {
                while (refusals.next()) {
                    answers.add(new Answer(refusals.index(), null, refusals.refusal()));
                }
            } else {
                throw new AssertionError("neither receipts nor refusals but template " + frame.templateId());
            }
        }
        answers.sort(Comparator.comparingInt(Answer::index));
        return answers;
    }

    /** Reads the server's farewell, after which nothing may come. */
    Refusal farewell() throws IOException {
        Refusal refusal = Farewell.of(readFrame()).refusal();
        if (in.read() >= 0) {
            throw new AssertionError("there is something after the farewell");
        }
        return refusal;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
