package io.evident.client;

import io.evident.client.connection.ConversationException;
import io.evident.client.connection.FrameChannel;
import io.evident.event.EventEncoder;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.wire.EventBatchEncoder;
import io.evident.event.wire.Farewell;
import io.evident.event.wire.FrameLayout;
import io.evident.event.wire.FrameView;
import io.evident.event.wire.ReceiptBatchView;
import io.evident.event.wire.RefusalBatchView;
import io.evident.event.wire.Welcome;
import io.evident.event.wire.Window;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What is said over one connection, from hello to farewell: writes what the outbox has, within the server's window, and
 * settles what is answered. Whatever ends it is an {@link IOException}. For the client's thread.
 */
final class Conversation implements Closeable {
    /** Frames written or read in a row before the other direction has its turn. */
    private static final int TURN_FRAMES = 16;

    private enum Phase {
        CONNECTING,
        GREETING,
        OPEN
    }

    private final ClientConfig config;
    private final FrameChannel channel;
    private final Outbox outbox;
    private final Settlement settlement;
    private final Counters counters;
    private final long startedNs;

    private final InFlight inFlight = new InFlight();
    private final EventBatchEncoder frameEncoder = new EventBatchEncoder();
    private final EventEncoder eventEncoder = new EventEncoder();
    private final List<PendingEvent> batch = new ArrayList<>();
    private final FrameView frame = new FrameView();
    private final ReceiptBatchView receipts = new ReceiptBatchView();
    private final RefusalBatchView refusals = new RefusalBatchView();

    private Phase phase = Phase.CONNECTING;
    private int maxFrameBytes;
    private int maxBatchEvents;
    private int window;
    private long nextCorrelationId = 1;
    private long silentSinceNs;
    private long lastWriteNs;
    /** Whether the last writing ended before the outbox did. */
    private boolean backlog;
    /** Whether the last reading ended before the network had no more. */
    private boolean unread;

    private boolean progressed;

    Conversation(
            ClientConfig config,
            FrameChannel channel,
            Outbox outbox,
            Settlement settlement,
            Counters counters,
            long nowNs) {
        this.config = config;
        this.channel = channel;
        this.outbox = outbox;
        this.settlement = settlement;
        this.counters = counters;
        this.startedNs = nowNs;
        this.lastWriteNs = nowNs - config.lingerNs();
    }

    /** Whether the server has welcomed us. */
    boolean isOpen() {
        return phase == Phase.OPEN;
    }

    /** Whether the server has answered an event: so it is worth coming back soon. */
    boolean progressed() {
        return progressed;
    }

    /** Whether an event could be written now. */
    boolean canSend() {
        return isOpen() && channel.flushed() && inFlight.unanswered() < window;
    }

    /**
     * How long events may still gather since some were last written; 0 or less when they are not to, also where more waited
     * then than could be written, or more has come than was read.
     */
    long gatheringNs(long nowNs) {
        return backlog || unread ? 0 : lastWriteNs + config.lingerNs() - nowNs;
    }

    InFlight inFlight() {
        return inFlight;
    }

    /**
     * Does all that can be done now without waiting.
     *
     * @param ready whether the selector has something to tell about the channel
     * @param mayWrite whether events are to be written, or to gather
     */
    void duty(boolean ready, boolean mayWrite, long nowNs) throws IOException {
        if (phase == Phase.CONNECTING && ready && channel.finishConnect()) {
            channel.send(config.hello().encode());
            phase = Phase.GREETING;
        } else if (phase != Phase.CONNECTING && ready) {
            channel.flush();
            read(nowNs);
        }
        if (mayWrite) {
            write(nowNs);
        }
        checkPatience(nowNs);
    }

    private void checkPatience(long nowNs) throws IOException {
        if (!isOpen() && nowNs - startedNs > config.connectTimeoutNs()) {
            throw new IOException("no welcome in time from " + config.host() + ":" + config.port());
        }
        if (inFlight.unanswered() > 0 && nowNs - silentSinceNs > config.answerTimeoutNs()) {
            throw new IOException("no answer in time; " + inFlight.unanswered() + " events wait");
        }
    }

    private void write(long nowNs) throws IOException {
        int turn = 0;
        backlog = true;
        while (backlog && turn < TURN_FRAMES && canSend()) {
            backlog = writeBatch(nowNs);
            turn++;
        }
    }

    private boolean writeBatch(long nowNs) throws IOException {
        int room = Math.min(maxBatchEvents, window - inFlight.unanswered());
        frameEncoder.begin(channel.outgoing(), 0, maxFrameBytes, room, nextCorrelationId, config.tier());
        if (!book(room, nowNs)) {
            return false;
        }
        batch.forEach(this::markWritten);
        channel.send(frameEncoder.finish());
        lastWriteNs = nowNs;
        return true;
    }

    /**
     * Moves events from the outbox through the frame into the books: should the write fail halfway, they are sent again. What
     * fails here leaves them in the outbox, so that each has its end. False when there are none.
     */
    private boolean book(int room, long nowNs) {
        batch.clear();
        boolean booked = false;
        try {
            fillFrame(room, nowNs);
            if (!batch.isEmpty()) {
                silentSinceNs = inFlight.unanswered() == 0 ? nowNs : silentSinceNs;
                inFlight.add(nextCorrelationId++, batch);
                booked = true;
            }
            return booked;
        } finally {
            if (!booked) {
                outbox.putBack(batch);
            }
        }
    }

    private void fillFrame(int room, long nowNs) {
        while (batch.size() < room) {
            PendingEvent event = outbox.poll(nowNs);
            if (event == null) {
                return;
            }
            if (!frameEncoder.hasRoomFor(event.sizeBytes)) {
                outbox.putBack(event);
                return;
            }
            batch.add(event);
            frameEncoder.add(encoded(event));
        }
    }

    /** The event in the layout, the same at each sending: the server tells by its bytes that it is the same. */
    private EventEncoder encoded(PendingEvent event) {
        Refusal refusal = event.event().encodeInto(eventEncoder);
        if (refusal != null) {
            throw new IllegalStateException("the sender has checked it: " + refusal);
        }
        UUID id = settlement.idOf(event);
        eventEncoder.id(id.getMostSignificantBits(), id.getLeastSignificantBits());
        return eventEncoder;
    }

    private void markWritten(PendingEvent event) {
        (event.written ? counters.resent : counters.sent).incrementAndGet();
        event.written = true;
        event.lastRefusal = null;
    }

    private void read(long nowNs) throws IOException {
        int turn = 0;
        while (turn < TURN_FRAMES && channel.read()) {
            silentSinceNs = nowNs;
            while (channel.nextFrame(frame)) {
                handleFrame(nowNs);
            }
            turn++;
        }
        unread = turn == TURN_FRAMES;
    }

    private void handleFrame(long nowNs) throws ConversationException {
        int templateId = frame.templateId();
        if (!isOpen() && templateId != FrameLayout.WELCOME && templateId != FrameLayout.FAREWELL) {
            throw broken("template " + templateId + " before the welcome");
        }
        switch (templateId) {
            case FrameLayout.WELCOME -> handleWelcome();
            case FrameLayout.RECEIPT_BATCH -> handleReceipts();
            case FrameLayout.REFUSAL_BATCH -> handleRefusals(nowNs);
            case FrameLayout.WINDOW -> {
                requireSound(Window.check(frame));
                window = Window.of(frame).window();
            }
            case FrameLayout.FAREWELL -> {
                requireSound(Farewell.check(frame));
                throw ConversationException.endedByServer(Farewell.of(frame).refusal());
            }
            default -> throw broken("template " + templateId + " is no frame for a client");
        }
    }

    private void handleWelcome() throws ConversationException {
        requireSound(Welcome.check(frame));
        Welcome welcome = Welcome.of(frame);
        if (isOpen() || welcome.protocolVersion() > FrameLayout.PROTOCOL_VERSION) {
            throw broken(isOpen() ? "a second welcome" : "protocol version " + welcome.protocolVersion());
        }
        maxFrameBytes = Math.min(welcome.maxFrameBytes(), FrameChannel.OUTGOING_BYTES);
        maxBatchEvents = welcome.maxBatchEvents();
        window = welcome.window();
        phase = Phase.OPEN;
    }

    private void handleReceipts() throws ConversationException {
        requireSound(receipts.wrap(frame));
        progressed = true;
        while (receipts.next()) {
            PendingEvent event = open(receipts.correlationId(), receipts.index());
            UUID id = settlement.idOf(event);
            if (receipts.idHigh() != id.getMostSignificantBits() || receipts.idLow() != id.getLeastSignificantBits()) {
                throw broken("a receipt with the id of another event");
            }
            inFlight.remove(receipts.correlationId(), receipts.index());
            if (!event.settled()) {
                settlement.receipt(event, receipts.receipt());
            }
        }
    }

    private void handleRefusals(long nowNs) throws ConversationException {
        requireSound(refusals.wrap(frame));
        progressed = true;
        while (refusals.next()) {
            PendingEvent event = open(refusals.correlationId(), refusals.index());
            inFlight.remove(refusals.correlationId(), refusals.index());
            if (!event.settled()) {
                settlement.refusal(event, refusals.refusal(), refusals.retryAfterMs(), nowNs);
            }
        }
    }

    /** The event that an answer is for. */
    private PendingEvent open(long correlationId, int index) throws ConversationException {
        PendingEvent event = inFlight.get(correlationId, index);
        if (event == null) {
            throw broken("an answer to no open event: correlation id " + correlationId + ", index " + index);
        }
        return event;
    }

    private static void requireSound(Refusal refusal) throws ConversationException {
        if (refusal != null) {
            throw ConversationException.endedByClient(refusal);
        }
    }

    private static ConversationException broken(String detail) {
        return ConversationException.endedByClient(Refusal.of(RefusalReason.MALFORMED, detail));
    }

    /** Says farewell where the network takes it at once; the connection is closed next in any case. */
    void sayFarewell(Refusal why) throws IOException {
        if (phase != Phase.CONNECTING && channel.flushed()) {
            channel.send(new Farewell(why).encode());
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
