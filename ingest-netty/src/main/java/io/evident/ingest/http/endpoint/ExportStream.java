package io.evident.ingest.http.endpoint;

import io.evident.event.Refusal;
import io.evident.ingest.http.EventStream;
import io.evident.ingest.http.Exchange;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes an export as fast as its client reads: while the channel is writable, a query thread makes one piece and the event
 * loop writes it, then the next. A client that does not read holds its connection and one page, and no thread. What cannot
 * be made to the end is cut, so that nobody takes it for the whole. Confined to the event loop, but for {@link #makePiece}.
 */
final class ExportStream implements EventStream {
    private static final Logger LOG = LoggerFactory.getLogger(ExportStream.class);
    /** Where all query threads are busy, questions go first. */
    private static final long BUSY_RETRY_MS = 20;

    private final Exchange exchange;
    private final QueryPool pool;
    private final ExportPieces pieces;
    private final Runnable onClosed;
    private Channel channel;
    /** A piece is being made or written, or soon will be. */
    private boolean busy;

    private boolean over;

    /**
     * @param pieces with the first page read
     * @param onClosed run once, when the export is over
     */
    ExportStream(Exchange exchange, QueryPool pool, ExportPieces pieces, Runnable onClosed) {
        this.exchange = exchange;
        this.pool = pool;
        this.pieces = pieces;
        this.onClosed = onClosed;
    }

    @Override
    public Map<String, String> headers() {
        return ExportEvents.headers(pieces.format(), pieces.goesOn());
    }

    @Override
    public void begin(Channel newChannel) {
        channel = newChannel;
        next();
    }

    @Override
    public void writable() {
        next();
    }

    private void next() {
        if (busy || over || !channel.isWritable()) {
            return;
        }
        busy = true;
        if (!pool.offer(this::makePiece)) {
            exchange.later(this::retry, BUSY_RETRY_MS);
        }
    }

    private void retry() {
        busy = false;
        next();
    }

    /** On a query thread; the event loop waits for what comes of it. */
    private void makePiece() {
        try {
            Refusal refusal = pieces.read();
            if (refusal != null) {
                exchange.soon(() -> cut(refusal.detail()));
                return;
            }
            byte[] piece = pieces.take();
            boolean last = pieces.isAtEnd();
            exchange.soon(() -> write(piece, last));
        } catch (IOException | RuntimeException | Error e) {
            // An error, too: a file that is mapped and cannot be read any more is one.
            LOG.error("an export failed after {} events", pieces.events(), e);
            exchange.soon(() -> cut("its next page failed"));
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends the connection, and that is noticed
    private void write(byte[] piece, boolean last) {
        if (over) {
            return;
        }
        if (piece.length > 0) {
            channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)), channel.voidPromise());
        }
        if (over) {
            return; // the write found the connection broken
        }
        if (last) {
            over = true;
            exchange.endStream();
        } else {
            busy = false;
            next();
        }
    }

    private void cut(String why) {
        if (!over) {
            over = true;
            LOG.warn("an export is cut after {} events: {}", pieces.events(), why);
            exchange.cutStream();
        }
    }

    @Override
    public void closed() {
        if (!over) {
            over = true;
            LOG.info("an export is cut, as its connection ends");
        }
        onClosed.run();
    }
}
