package io.evident.ingest.http;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.Backpressure;
import io.evident.ingest.Connection;
import io.evident.ingest.Deadline;
import io.evident.ingest.HttpLimits;
import io.evident.ingest.LingeringClose;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: its requests in, up to a number of them at a time, and their answers out in the same order. Confined to its
 * event loop, but for what {@link Connection} and {@link Exchange} say.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends the connection, and that is noticed
final class HttpConnection extends ChannelInboundHandlerAdapter implements Connection {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    /** A longer body of a refused request costs more than a new connection. */
    private static final int MAX_SKIPPED_BODY_BYTES = 64 * 1024;

    private final HttpIngest ingest;
    private final ChannelHandlerContext ctx;
    private final HttpLimits limits;
    private final Backpressure backpressure;
    private final ResponseWriter writer;
    private final Deadline headerDeadline;
    private final Deadline bodyDeadline;
    private final Deadline idleDeadline;
    /** What was decoded and not yet looked at, because enough is in flight: at most what one read brings. */
    private final ArrayDeque<HttpObject> unread = new ArrayDeque<>();
    /** Requests without a written answer, the oldest first. */
    private final ArrayDeque<Exchange> inFlight = new ArrayDeque<>();
    /** The request whose body is coming in. */
    private Exchange receiving;

    private boolean decodingBody;
    private boolean advancing;
    private boolean inRead;
    private boolean finishing;
    /** No further request is looked at: the last answer that this connection gives is in flight or written. */
    private boolean ended;

    private boolean closed;

    HttpConnection(HttpIngest ingest, ChannelHandlerContext ctx, Backpressure backpressure) {
        this.ingest = ingest;
        this.ctx = ctx;
        this.backpressure = backpressure;
        limits = ingest.limits();
        writer = new ResponseWriter(ctx);
        headerDeadline = new Deadline(eventLoop(), this::headerIsLate);
        bodyDeadline = new Deadline(eventLoop(), this::bodyIsLate);
        idleDeadline = new Deadline(eventLoop(), this::isIdle);
        headerDeadline.arm(limits.headerTimeoutMs());
    }

    EventLoop eventLoop() {
        return ctx.channel().eventLoop();
    }

    InetSocketAddress remote() {
        return (InetSocketAddress) ctx.channel().remoteAddress();
    }

    // Bytes and messages come in.

    /** Bytes came, before they are decoded: a request begins unless one is on its way. */
    void bytesArrived() {
        if (!decodingBody) {
            headerDeadline.armOnce(limits.headerTimeoutMs());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (ended || closed) {
            ReferenceCountUtil.release(message);
            return;
        }
        inRead = true;
        if (message instanceof HttpRequest) {
            headerDeadline.disarm();
            idleDeadline.disarm();
            decodingBody = true;
        }
        if (message instanceof LastHttpContent) {
            decodingBody = false;
        }
        unread.add((HttpObject) message);
        advance();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        inRead = false;
        ctx.flush();
    }

    /** Writes the answers whose turn it is, and looks at what waits to be read, until neither is possible. */
    private void advance() {
        if (advancing || closed) {
            return;
        }
        advancing = true;
        writeAnswers();
        while (!ended && !unread.isEmpty() && mayLookAt(unread.peek())) {
            look(unread.poll());
            writeAnswers();
        }
        advancing = false;
        if (!inRead) {
            ctx.flush();
        }
        steerReading();
    }

    /** The body of a request in flight always; a new request only when there is room. */
    private boolean mayLookAt(HttpObject next) {
        return !(next instanceof HttpRequest) || inFlight.size() < limits.maxInFlight();
    }

    private void steerReading() {
        if (ended) {
            dropUnread();
        } else if (!unread.isEmpty()) {
            backpressure.pause(Backpressure.SATURATED);
        } else {
            backpressure.resume(Backpressure.SATURATED);
            if (inFlight.isEmpty()) {
                idleDeadline.arm(limits.idleTimeoutMs());
            }
        }
        if (finishing && inFlight.isEmpty() && !ended) {
            end(ctx.write(Unpooled.EMPTY_BUFFER));
        }
    }

    private void look(HttpObject message) {
        try {
            if (message instanceof HttpRequest request) {
                begin(request);
            }
            if (message instanceof HttpContent content && receiving != null) {
                receive(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpRequest request) {
        Exchange exchange = new Exchange(
                this, request.method().name(), request.headers(), ingest.clock().timeNs());
        exchange.http10(request.protocolVersion().equals(HttpVersion.HTTP_1_0));
        inFlight.add(exchange);
        Refusal refusal = RequestCheck.check(request);
        if (refusal != null) {
            endWith(exchange, Problems.answer(refusal));
            return;
        }
        long announced = RequestCheck.announcedBytes(request);
        HttpAnswer early = ingest.dispatcher().route(exchange, request, announced, remote());
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        if (early != null) {
            endOrAnswer(exchange, early, keepAlive && maySkip(request, announced));
            return;
        }
        exchange.closesAfter(!keepAlive);
        exchange.receives(new RequestBody(announced, limits.maxBodyBytes(), ingest.bodyBudget()));
        exchange.awaitsContinue(announced != 0 && HttpUtil.is100ContinueExpected(request));
        receiving = exchange;
        bodyDeadline.arm(limits.bodyTimeoutMs());
    }

    /**
     * Whether the body of a refused request is skipped, so that the connection stays usable: while it is short. What a
     * client holds back until it is told to go on might come or not, so nothing after it can be read.
     */
    private static boolean maySkip(HttpRequest request, long announcedBytes) {
        return announcedBytes == 0
                || (announcedBytes > 0
                        && announcedBytes <= MAX_SKIPPED_BODY_BYTES
                        && !HttpUtil.is100ContinueExpected(request));
    }

    private void endOrAnswer(Exchange exchange, HttpAnswer answer, boolean goOn) {
        if (goOn) {
            exchange.answer(answer);
        } else {
            endWith(exchange, answer);
        }
    }

    /** This is the connection's last answer. */
    private void endWith(Exchange exchange, HttpAnswer answer) {
        exchange.answer(answer.thenClose());
        receiving = null;
        bodyDeadline.disarm();
        ended = true;
    }

    private void receive(HttpContent content) {
        Refusal refusal = content.decoderResult().isFailure()
                ? RequestCheck.undecodable(content.decoderResult().cause())
                : receiving.body().add(content.content());
        if (refusal != null) {
            receiving.releaseBody();
            endWith(receiving, Problems.answer(refusal));
        } else if (content instanceof LastHttpContent) {
            Exchange whole = receiving;
            receiving = null;
            bodyDeadline.disarm();
            whole.awaitsContinue(false);
            handle(whole);
        }
    }

    private void handle(Exchange exchange) {
        try {
            exchange.route().endpoint().handle(exchange);
        } catch (RuntimeException e) {
            LOG.error("a request failed: {}", exchange.route().path(), e);
            exchange.refuse(Refusal.of(
                    RefusalReason.OUTCOME_UNKNOWN, "an unexpected error, which the server's log tells more about"));
        } finally {
            exchange.releaseBody();
        }
    }

    // Answers go out.

    /** An exchange got its answer. */
    void answered() {
        advance();
    }

    private void writeAnswers() {
        Exchange head = inFlight.peek();
        while (head != null && head.answer() != null) {
            inFlight.poll();
            HttpAnswer answer = head.closesAfter() ? head.answer().thenClose() : head.answer();
            ChannelFuture written = writer.write(answer, head.isHead());
            if (answer.close()) {
                end(written);
                return;
            }
            head = inFlight.peek();
        }
        if (head != null && head.stream() != null && finishing) {
            end(ctx.write(Unpooled.EMPTY_BUFFER));
        } else if (head != null && head.stream() != null && !head.streams()) {
            head.streams(true);
            boolean close = head.closesAfter() || head.isHttp10();
            head.closesAfter(close);
            writer.beginStream(head.stream().headers(), !head.isHttp10(), close);
            head.stream().begin(ctx.channel());
        } else if (head != null && head.awaitsContinue()) {
            head.awaitsContinue(false);
            writer.goOn();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Exchange head = inFlight.peek();
        if (head != null && head.streams() && context.channel().isWritable()) {
            head.stream().writable();
        }
        context.fireChannelWritabilityChanged();
    }

    /** The stream of the exchange whose turn it is has written all that it has to. */
    void streamEnded(Exchange exchange) {
        if (closed || ended || inFlight.peek() != exchange) {
            return;
        }
        inFlight.poll();
        exchange.stream().closed();
        ChannelFuture written = writer.endStream();
        if (exchange.closesAfter()) {
            end(written);
        } else {
            advance();
        }
    }

    /** The stream cannot go on. */
    void streamCut(Exchange exchange) {
        if (!closed && !ended && inFlight.peek() == exchange) {
            end(ctx.write(Unpooled.EMPTY_BUFFER));
        }
    }

    private void end(ChannelFuture lastWrite) {
        ended = true;
        letGoOfExchanges();
        ctx.flush();
        LingeringClose.after(lastWrite);
    }

    // Time.

    private void headerIsLate() {
        if (inFlight.isEmpty()) {
            refuseAndEnd(Refusal.of(RefusalReason.TIMEOUT, "the header did not come in time"));
        }
    }

    private void bodyIsLate() {
        if (backpressure.isPaused()) {
            bodyDeadline.arm(limits.bodyTimeoutMs());
        } else if (receiving != null) {
            receiving.releaseBody();
            endWith(receiving, Problems.answer(Refusal.of(RefusalReason.TIMEOUT, "the body did not come in time")));
            advance();
        }
    }

    private void isIdle() {
        if (inFlight.isEmpty() && unread.isEmpty() && !ended) {
            ended = true;
            ctx.close();
        }
    }

    /** Answers what is no request, as the last thing. */
    void refuseAndEnd(Refusal refusal) {
        if (ended || closed) {
            return;
        }
        Exchange exchange = new Exchange(this, "", EmptyHttpHeaders.INSTANCE, 0);
        inFlight.add(exchange);
        endWith(exchange, Problems.answer(refusal));
        advance();
    }

    // The end.

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("connection of {} broke", remote(), cause);
        } else {
            LOG.warn("closing the connection of {} after an unexpected error", remote(), cause);
        }
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closed = true;
        headerDeadline.cancel();
        bodyDeadline.cancel();
        idleDeadline.cancel();
        dropUnread();
        letGoOfExchanges();
        ingest.connections().remove(this);
        context.fireChannelInactive();
    }

    private void dropUnread() {
        for (HttpObject message = unread.poll(); message != null; message = unread.poll()) {
            ReferenceCountUtil.release(message);
        }
    }

    private void letGoOfExchanges() {
        receiving = null;
        for (Exchange exchange = inFlight.poll(); exchange != null; exchange = inFlight.poll()) {
            exchange.abandon();
        }
    }

    // What the server asks, from any thread.

    @Override
    public void stopReading() {
        onLoop(() -> backpressure.pause(Backpressure.STOPPED));
    }

    @Override
    public void finish() {
        onLoop(this::finishNow);
    }

    private void finishNow() {
        finishing = true;
        backpressure.pause(Backpressure.STOPPED);
        if (receiving != null) {
            receiving.releaseBody();
            endWith(receiving, Problems.answer(Refusal.of(RefusalReason.UNAVAILABLE, "the server is stopping")));
        }
        advance();
    }

    @Override
    public void abort() {
        ctx.close();
    }

    /** Runs a task on the event loop, at once when this is its thread. */
    void onLoop(Runnable task) {
        if (eventLoop().inEventLoop()) {
            task.run();
        } else {
            later(task);
        }
    }

    /** Runs a task on the event loop, after what it does now. */
    void later(Runnable task) {
        try {
            eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the event loop has stopped before its connection", e);
        }
    }
}
