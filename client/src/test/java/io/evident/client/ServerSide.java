package io.evident.client;

import io.evident.event.AuditEvent;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.event.wire.EventBatchView;
import io.evident.event.wire.Farewell;
import io.evident.event.wire.FrameLayout;
import io.evident.event.wire.FrameView;
import io.evident.event.wire.Hello;
import io.evident.event.wire.ReceiptBatchEncoder;
import io.evident.event.wire.RefusalBatchEncoder;
import io.evident.event.wire.Welcome;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** The server's side of one connection, with the moves that scripts are made of. For one thread. */
final class ServerSide implements AutoCloseable {
    private static final int ROOM = 1 << 20;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final FrameView frame = new FrameView();
    private volatile Exception end;
    private long nextSequence;

    ServerSide(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
        socket.setTcpNoDelay(true);
    }

    /** A batch as it came. */
    record Batch(long correlationId, Tier tier, List<AuditEvent> events) {
        List<UUID> ids() {
            return events.stream().map(AuditEvent::id).toList();
        }
    }

    Hello greet(Welcome welcome) throws IOException {
        Hello hello = readHello();
        send(welcome.encode());
        return hello;
    }

    Hello readHello() throws IOException {
        readFrame();
        requireSound(Hello.check(frame));
        return Hello.of(frame);
    }

    private void readFrame() throws IOException {
        byte[] length = new byte[FrameLayout.LENGTH_BYTES];
        in.readFully(length);
        byte[] whole = Arrays.copyOf(length, (int) FrameLayout.frameLength(length, 0));
        in.readFully(whole, length.length, whole.length - length.length);
        requireSound(frame.wrap(whole, 0, whole.length));
    }

    /** The next batch. Throws {@link EOFException} when the client says farewell or closes. */
    Batch readBatch() throws IOException {
        readFrame();
        if (frame.templateId() == FrameLayout.FAREWELL) {
            throw new EOFException(Farewell.of(frame).refusal().detail());
        }
        EventBatchView batch = new EventBatchView(FrameLayout.MAX_GROUP_ENTRIES);
        requireSound(batch.wrap(frame));
        List<AuditEvent> events = new ArrayList<>();
        EventView event = new EventView();
        while (batch.next()) {
            requireSound(event.wrap(batch.bytes(), batch.eventOffset(), batch.eventLength()));
            events.add(AuditEvent.of(event));
        }
        return new Batch(batch.correlationId(), batch.tier(), events);
    }

    /** The farewell that has to come next. */
    Refusal readFarewell() throws IOException {
        readFrame();
        requireSound(Farewell.check(frame));
        return Farewell.of(frame).refusal();
    }

    private static void requireSound(Refusal refusal) {
        if (refusal != null) {
            throw new AssertionError("the client sent what is wrong: " + refusal);
        }
    }

    /** Answers all events of a batch. */
    void receipts(Batch batch, boolean duplicate) throws IOException {
        int[] all = new int[batch.events().size()];
        Arrays.setAll(all, i -> i);
        receipts(batch, duplicate, all);
    }

    /** Answers events of a batch in one frame. */
    void receipts(Batch batch, boolean duplicate, int... indexes) throws IOException {
        send(encodeReceipts(batch, duplicate, indexes));
    }

    byte[] encodeReceipts(Batch batch, boolean duplicate, int... indexes) {
        byte[] buffer = new byte[ROOM];
        ReceiptBatchEncoder encoder = new ReceiptBatchEncoder().begin(buffer, 0, ROOM, batch.correlationId());
        for (int index : indexes) {
            UUID id = batch.events().get(index).id();
            encoder.add(
                    index,
                    id.getMostSignificantBits(),
                    id.getLeastSignificantBits(),
                    3,
                    1,
                    nextSequence++,
                    batch.tier(),
                    Lane.STANDARD,
                    duplicate);
        }
        return Arrays.copyOf(buffer, encoder.finish());
    }

    void refuse(Batch batch, int index, Refusal refusal, int retryAfterMs) throws IOException {
        byte[] buffer = new byte[ROOM];
        RefusalBatchEncoder encoder = new RefusalBatchEncoder().begin(buffer, 0, ROOM, batch.correlationId());
        UUID id = batch.events().get(index).id();
        encoder.add(index, id.getMostSignificantBits(), id.getLeastSignificantBits(), refusal, retryAfterMs);
        send(Arrays.copyOf(buffer, encoder.finish()));
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Reads on until the client closes, answering nothing. */
    void ignoreAll() throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    /** Welcomes, and gives every event its receipt until the client closes. */
    static void acceptAll(ServerSide side) throws IOException {
        side.greet(ScriptedServer.WELCOME);
        side.answerAll(false);
    }

    void answerAll(boolean duplicate) throws IOException {
        while (true) {
            receipts(readBatch(), duplicate);
        }
    }

    /** What ended the script, or {@code null}. */
    Exception end() {
        return end;
    }

    void end(Exception why) {
        end = why;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
