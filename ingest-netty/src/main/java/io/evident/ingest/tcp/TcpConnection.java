package io.evident.ingest.tcp;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.event.wire.EventBatchView;
import io.evident.event.wire.Farewell;
import io.evident.event.wire.FrameLayout;
import io.evident.event.wire.Hello;
import io.evident.event.wire.Welcome;
import io.evident.ingest.Authenticator;
import io.evident.ingest.Backpressure;
import io.evident.ingest.Connection;
import io.evident.ingest.Deadline;
import io.evident.ingest.LingeringClose;
import io.evident.ingest.TcpLimits;
import io.evident.pipeline.admission.EventIntake;
import io.evident.pipeline.admission.Intake;
import io.evident.pipeline.admission.Principal;
import io.evident.pipeline.duplicate.Claim;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: hello and welcome, then batches of events in and their answers out, at last a farewell. Confined to its
 * event loop, but for what {@link Connection} says.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends the connection, and that is noticed
final class TcpConnection implements Connection {
    /** So many events are looked at together before the first of them is offered: what that brings near is still there then. */
    private static final int RUN_EVENTS = Claim.EXPECTED;

    private static final Logger LOG = LoggerFactory.getLogger(TcpConnection.class);
    private static final String SERVER_NAME = "evident";

    private enum State {
        AWAITS_HELLO,
        OPEN,
        /** The client has said farewell, or the server stops: answers still go out. */
        FINISHING,
        CLOSED
    }

    private final TcpIngest ingest;
    private final ChannelHandlerContext ctx;
    private final Backpressure backpressure;
    private final LoopState loop;
    private final TicketQueue tickets;
    private final Refusal windowFull;
    private final Deadline helloDeadline;
    private final Deadline frameDeadline;
    private final Deadline idleDeadline;
    private State state = State.AWAITS_HELLO;
    private Intake intake;
    private int unanswered;

    TcpConnection(TcpIngest ingest, ChannelHandlerContext ctx, Backpressure backpressure) {
        this.ingest = ingest;
        this.ctx = ctx;
        this.backpressure = backpressure;
        this.loop = ingest.loopState();
        TcpLimits limits = ingest.limits();
        var eventLoop = ctx.channel().eventLoop();
        tickets = new TicketQueue(eventLoop, loop.urgent, this::drain, limits.windowEvents());
        windowFull = Refusal.of(
                RefusalReason.RATE_LIMITED,
                "more than " + limits.windowEvents() + " events of this connection wait for their answer");
        helloDeadline = new Deadline(eventLoop, () -> farewell(timeout("no hello came")));
        frameDeadline = new Deadline(eventLoop, this::frameIsLate);
        idleDeadline = new Deadline(eventLoop, this::isIdle);
        helloDeadline.arm(limits.helloTimeoutMs());
    }

    private static Refusal timeout(String detail) {
        return Refusal.of(RefusalReason.TIMEOUT, detail + " in time");
    }

    private InetSocketAddress remote() {
        return (InetSocketAddress) ctx.channel().remoteAddress();
    }

    // What the frame cutter asks and tells.

    boolean wantsFrames() {
        return !backpressure.isPaused() && (state == State.OPEN || state == State.AWAITS_HELLO);
    }

    int maxFrameBytes() {
        return state == State.AWAITS_HELLO
                ? FrameLayout.MAX_HELLO_FRAME_BYTES
                : ingest.limits().maxFrameBytes();
    }

    byte[] frameBytes() {
        return loop.frameBytes;
    }

    /** A frame was taken out of the bytes. */
    void frameCut() {
        frameDeadline.disarm();
    }

    /** Whether bytes of a frame wait for the rest of it. */
    void frameBegun(boolean begun) {
        if (begun) {
            frameDeadline.armOnce(ingest.limits().frameTimeoutMs());
        }
    }

    private void frameIsLate() {
        if (backpressure.isPaused()) {
            frameDeadline.arm(ingest.limits().frameTimeoutMs());
        } else {
            farewell(timeout("the rest of a frame did not come"));
        }
    }

    private void isIdle() {
        if (unanswered == 0) {
            farewell(timeout("no frame came"));
        } else {
            idleDeadline.arm(ingest.limits().idleTimeoutMs());
        }
    }

    /** One whole frame stands in {@link #frameBytes()}. */
    void frame(int length) {
        Refusal refusal = loop.frame.wrap(loop.frameBytes, 0, length);
        if (refusal == null) {
            refusal = state == State.AWAITS_HELLO ? hello() : message();
        }
        if (refusal != null) {
            farewell(refusal);
        }
        loop.urgent.write();
    }

    private Refusal hello() {
        Refusal refusal = Hello.check(loop.frame);
        if (refusal != null) {
            return refusal;
        }
        Hello hello = Hello.of(loop.frame);
        Authenticator.Verdict verdict = ingest.authenticator().authenticate(remote(), hello.token());
        if (verdict instanceof Authenticator.Denied denied) {
            return denied.refusal();
        }
        Principal principal = ((Authenticator.Granted) verdict).principal();
        intake = new Intake(principal, remote().getAddress().getHostAddress(), false);
        TcpLimits limits = ingest.limits();
        Welcome welcome = new Welcome(
                hello.commonVersion(),
                limits.maxFrameBytes(),
                limits.maxBatchEvents(),
                limits.windowEvents(),
                SERVER_NAME);
        ctx.writeAndFlush(Unpooled.wrappedBuffer(welcome.encode()), ctx.voidPromise());
        helloDeadline.cancel();
        idleDeadline.arm(limits.idleTimeoutMs());
        state = State.OPEN;
        return null;
    }

    private Refusal message() {
        idleDeadline.arm(ingest.limits().idleTimeoutMs());
        return switch (loop.frame.templateId()) {
            case FrameLayout.EVENT_BATCH -> events();
            case FrameLayout.FAREWELL -> {
                finishNow();
                yield null;
            }
            case FrameLayout.HELLO ->
                Refusal.of(RefusalReason.UNSUPPORTED_PROTOCOL, "a second hello; there is one per connection");
            default ->
                Refusal.of(
                        RefusalReason.UNSUPPORTED_PROTOCOL,
                        "template " + loop.frame.templateId() + " is none that a client sends");
        };
    }

    private Refusal events() {
        EventBatchView batch = loop.batch;
        Refusal refusal = batch.wrap(loop.frame);
        if (refusal != null) {
            return refusal;
        }
        long tick = System.nanoTime();
        BatchTicket ticket = tickets.take(batch.correlationId(), batch.count(), tick);
        Tier tier = batch.tier();
        long timeNs = ingest.clock().timeNs();
        EventIntake door = ingest.intake();
        while (batch.next()) {
            if (batch.index() % RUN_EVENTS == 0 && batch.count() - batch.index() >= RUN_EVENTS) {
                expectRun(batch, door);
            }
            Refusal wrong = unanswered >= ingest.limits().windowEvents()
                    ? windowFull
                    : loop.event.wrap(batch.bytes(), batch.eventOffset(), batch.eventLength());
            unanswered++;
            if (wrong == null) {
                door.offer(intake, loop.event, tier, tick, timeNs, ticket, batch.index());
            } else {
                door.refuse(wrong, ticket, batch.index());
            }
        }
        loop.offered.published(intake.takePublished(), ctx.channel().eventLoop());
        return null;
    }

    /** From the event at hand on. */
    private void expectRun(EventBatchView batch, EventIntake door) {
        batch.mark();
        int behind = batch.index() + RUN_EVENTS;
        do {
            if (loop.event.wrap(batch.bytes(), batch.eventOffset(), batch.eventLength()) == null) {
                door.expect(intake, loop.event);
            }
        } while (batch.index() + 1 < behind && batch.next());
        batch.reset();
    }

    /** Writes what is newly answered. What cannot be written, nobody can be told of: this connection ends then, and no other. */
    private void drain() {
        if (state == State.CLOSED || !ctx.channel().isActive()) {
            return;
        }
        try {
            writeAnswers();
        } catch (RuntimeException | OutOfMemoryError e) {
            failed(e);
        }
    }

    private void writeAnswers() {
        AnswerWriter writer = loop.answers.begin(ctx);
        for (BatchTicket ticket = tickets.takeAll(); ticket != null; ) {
            BatchTicket next = ticket.next;
            ticket.next = null;
            ticket.beginScan();
            int answers = ticket.writeTo(writer);
            unanswered -= answers;
            if (answers > 0 && ticket.isDone()) {
                tickets.giveBack(ticket);
            }
            ticket = next;
        }
        writer.end();
        closeWhenFinished();
    }

    /** Says why, and closes; answers that are not there yet are not waited for. */
    void farewell(Refusal refusal) {
        if (state == State.CLOSED) {
            return;
        }
        if (state != State.AWAITS_HELLO) {
            drainForTheLastTime();
        }
        if (LOG.isDebugEnabled()) {
            LOG.debug("farewell to {}: {}", remote(), refusal);
        }
        state = State.CLOSED;
        LingeringClose.after(ctx.writeAndFlush(Unpooled.wrappedBuffer(new Farewell(refusal).encode())));
    }

    private void drainForTheLastTime() {
        State before = state;
        state = State.OPEN;
        drain();
        state = before;
    }

    private void finishNow() {
        if (state == State.OPEN || state == State.AWAITS_HELLO) {
            state = State.FINISHING;
            closeWhenFinished();
        }
    }

    private void closeWhenFinished() {
        if (state == State.FINISHING && unanswered == 0) {
            farewell(Refusal.of(RefusalReason.UNAVAILABLE, "everything is answered; the connection ends"));
        }
    }

    void failed(Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("connection of {} broke", remote(), cause);
        } else {
            LOG.warn("closing the connection of {} after an unexpected error", remote(), cause);
        }
        ctx.close();
    }

    void closed() {
        state = State.CLOSED;
        tickets.close();
        helloDeadline.cancel();
        frameDeadline.cancel();
        idleDeadline.cancel();
        ingest.connections().remove(this);
    }

    // What the server asks, from any thread.

    @Override
    public void stopReading() {
        onLoop(() -> backpressure.pause(Backpressure.STOPPED));
    }

    @Override
    public void finish() {
        onLoop(() -> {
            backpressure.pause(Backpressure.STOPPED);
            finishNow();
        });
    }

    @Override
    public void abort() {
        ctx.close();
    }

    private void onLoop(Runnable task) {
        try {
            ctx.channel().eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the event loop has stopped before its connection", e);
        }
    }
}
