package io.evident.ingest.tcp;

import io.evident.event.Refusal;
import io.evident.event.wire.ReceiptBatchEncoder;
import io.evident.event.wire.RefusalBatchEncoder;
import io.evident.ingest.RetryAfter;
import io.evident.ingest.answer.EventAnswers;
import io.evident.pipeline.latency.ReceiptLatencies;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/**
 * Writes answers as frames, one behind the other, into bytes that go to the channel when they are full or all is said.
 * One per event loop; between {@link #begin} and {@link #end} it belongs to one connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends the connection, and that is noticed
final class AnswerWriter {
    private static final int BUFFER_BYTES = 64 * 1024;
    /** A frame that begins has room for at least one answer of any kind. */
    private static final int LEAST_ROOM_BYTES = Math.max(
            ReceiptBatchEncoder.EMPTY_FRAME_BYTES + ReceiptBatchEncoder.RECEIPT_BYTES,
            RefusalBatchEncoder.EMPTY_FRAME_BYTES + RefusalBatchEncoder.MAX_REFUSAL_BYTES);

    private final byte[] bytes = new byte[BUFFER_BYTES];
    private final WrittenReceipts written;
    private final ReceiptBatchEncoder receipts = new ReceiptBatchEncoder();
    private final RefusalBatchEncoder refusals = new RefusalBatchEncoder();
    private ChannelHandlerContext ctx;
    private int at;
    private boolean inReceipts;
    private boolean inRefusals;

    AnswerWriter(ReceiptLatencies.OfThread latencies) {
        written = new WrittenReceipts(latencies);
    }

    AnswerWriter begin(ChannelHandlerContext context) {
        ctx = context;
        at = 0;
        inReceipts = false;
        inRefusals = false;
        return this;
    }

    void receipt(BatchTicket ticket, int index) {
        if (!inReceipts) {
            beginReceipts(ticket);
        }
        if (!addReceipt(ticket, index)) {
            endFrame();
            beginReceipts(ticket);
            addReceipt(ticket, index);
        }
        if (!ticket.answers().duplicate(index)) {
            written.add(ticket.answers().kind(index), ticket.receivedTick());
        }
    }

    private void beginReceipts(BatchTicket ticket) {
        endFrame();
        makeRoom();
        receipts.begin(bytes, at, bytes.length - at, ticket.correlationId());
        inReceipts = true;
    }

    private boolean addReceipt(BatchTicket ticket, int index) {
        EventAnswers answers = ticket.answers();
        return receipts.add(
                index,
                answers.idHigh(index),
                answers.idLow(index),
                answers.shard(index),
                answers.incarnation(index),
                answers.sequence(index),
                answers.tier(index),
                answers.lane(index),
                answers.duplicate(index));
    }

    void refusal(BatchTicket ticket, int index) {
        if (!inRefusals) {
            beginRefusals(ticket);
        }
        if (!addRefusal(ticket, index)) {
            endFrame();
            beginRefusals(ticket);
            addRefusal(ticket, index);
        }
    }

    private void beginRefusals(BatchTicket ticket) {
        endFrame();
        makeRoom();
        refusals.begin(bytes, at, bytes.length - at, ticket.correlationId());
        inRefusals = true;
    }

    private boolean addRefusal(BatchTicket ticket, int index) {
        EventAnswers answers = ticket.answers();
        Refusal refusal = answers.refusal(index);
        return refusals.add(
                index, answers.idHigh(index), answers.idLow(index), refusal, RetryAfter.ms(refusal.reason()));
    }

    /** The next answer belongs to another ticket. */
    void endOfTicket() {
        endFrame();
    }

    private void endFrame() {
        if (inReceipts) {
            at += receipts.finish();
        } else if (inRefusals) {
            at += refusals.finish();
        }
        inReceipts = false;
        inRefusals = false;
    }

    private void makeRoom() {
        if (bytes.length - at < LEAST_ROOM_BYTES) {
            handOver();
        }
    }

    private void handOver() {
        ByteBuf frames = ctx.alloc().ioBuffer(at, at);
        frames.writeBytes(bytes, 0, at);
        ctx.write(frames, ctx.voidPromise());
        at = 0;
    }

    /** Sends what was written. */
    void end() {
        if (at > 0) {
            handOver();
        }
        ctx.flush();
        ctx = null;
        written.recordAll();
    }
}
