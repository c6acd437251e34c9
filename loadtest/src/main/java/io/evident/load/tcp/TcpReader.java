package io.evident.load.tcp;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.wire.Farewell;
import io.evident.event.wire.FrameLayout;
import io.evident.event.wire.FrameView;
import io.evident.event.wire.ReceiptBatchView;
import io.evident.event.wire.RefusalBatchView;
import io.evident.event.wire.Window;
import io.evident.load.net.ReadLoop;
import io.evident.load.target.Answers;
import io.evident.load.target.ThreadAnswers;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes the answers of all connections of one loop; used by its reading thread. */
final class TcpReader implements ReadLoop.Reader<TcpConnection> {
    private static final int BUFFER_BYTES = 1 << 20;

    private final InFlight inFlight;
    private final Answers answers;
    private final FrameView frame = new FrameView();
    private final ReceiptBatchView receipts = new ReceiptBatchView();
    private final RefusalBatchView refusals = new RefusalBatchView();
    private final int[] perLane = new int[Lane.count()];
    private final int[] duplicatesPerLane = new int[Lane.count()];
    private final byte[] buffer = new byte[BUFFER_BYTES + FrameLayout.DEFAULT_MAX_FRAME_BYTES];
    private ThreadAnswers own;

    TcpReader(InFlight inFlight, Answers answers) {
        this.inFlight = inFlight;
        this.answers = answers;
    }

    /** What was sent over a connection that is gone: nobody knows. */
    void broken(TcpConnection connection) {
        answers.failed("connection-broke", (int) connection.unanswered());
    }

    @Override
    public void read(TcpConnection connection) throws IOException {
        if (own == null) {
            own = answers.ofThisThread();
        }
        byte[] begun = connection.partial();
        System.arraycopy(begun, 0, buffer, 0, begun.length);
        int got = connection.channel().read(ByteBuffer.wrap(buffer, begun.length, BUFFER_BYTES));
        if (got < 0) {
            throw new IOException("the server closed the connection");
        }
        long nowNs = System.nanoTime();
        int end = begun.length + got;
        int at = 0;
        while (end - at >= FrameLayout.LENGTH_BYTES) {
            long length = FrameLayout.frameLength(buffer, at);
            require(FrameLayout.checkFrameLength(length, FrameLayout.DEFAULT_MAX_FRAME_BYTES));
            if (length > end - at) {
                break;
            }
            require(frame.wrap(buffer, at, (int) length));
            take(connection, nowNs);
            at += (int) length;
        }
        connection.partial(buffer, at, end);
    }

    private void take(TcpConnection connection, long nowNs) throws IOException {
        switch (frame.templateId()) {
            case FrameLayout.RECEIPT_BATCH -> {
                require(receipts.wrap(frame));
                takeReceipts(connection, nowNs);
            }
            case FrameLayout.REFUSAL_BATCH -> {
                require(refusals.wrap(frame));
                while (refusals.next()) {
                    takeRefusal(refusals.refusal().reason());
                }
                answered(connection, refusals.correlationId(), refusals.count());
            }
            case FrameLayout.WINDOW -> {
                require(Window.check(frame));
                connection.window(Window.of(frame).window());
            }
            case FrameLayout.FAREWELL -> throw new IOException("the server said farewell: " + Farewell.of(frame));
            default -> {
                // A newer server may have more to say.
            }
        }
    }

    /** The server may not know either: then the event can be there or not. */
    private void takeRefusal(RefusalReason reason) {
        if (reason == RefusalReason.OUTCOME_UNKNOWN) {
            own.failed(reason.text(), 1);
        } else {
            own.refused(reason.text(), 1);
        }
    }

    private void takeReceipts(TcpConnection connection, long nowNs) throws IOException {
        while (receipts.next()) {
            int lane = receipts.lane().ordinal();
            perLane[lane]++;
            if (receipts.duplicate()) {
                duplicatesPerLane[lane]++;
            }
            own.taken(receipts.idHigh(), receipts.idLow());
        }
        long correlationId = receipts.correlationId();
        if (!inFlight.isPlace(correlationId)) {
            throw new IOException("the server answered a frame that was never sent: " + correlationId);
        }
        int place = (int) correlationId;
        for (int lane = 0; lane < perLane.length; lane++) {
            if (perLane[lane] > 0) {
                own.answered(
                        Lane.ofCode(lane),
                        inFlight.intendedNs(place),
                        inFlight.sentNs(place),
                        nowNs,
                        perLane[lane],
                        duplicatesPerLane[lane]);
                perLane[lane] = 0;
                duplicatesPerLane[lane] = 0;
            }
        }
        answered(connection, correlationId, receipts.count());
    }

    private void answered(TcpConnection connection, long correlationId, int events) throws IOException {
        if (!inFlight.isPlace(correlationId) || !inFlight.answered((int) correlationId, events)) {
            throw new IOException("the server answered more events than were sent in frame " + correlationId);
        }
        connection.answered(events);
    }

    private static void require(Refusal refusal) throws IOException {
        if (refusal != null) {
            throw new IOException("the server sent a frame that cannot be read: " + refusal.detail());
        }
    }
}
