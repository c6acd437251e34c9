package io.evident.load;

import io.evident.event.Refusal;
import io.evident.event.wire.EventBatchEncoder;
import io.evident.event.wire.Farewell;
import io.evident.event.wire.FrameLayout;
import io.evident.event.wire.FrameView;
import io.evident.event.wire.Hello;
import io.evident.event.wire.ReceiptBatchView;
import io.evident.event.wire.RefusalBatchView;
import io.evident.event.wire.Welcome;
import io.evident.load.pool.EventPool;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * One connection of the generator: a thread that sends frames, paced or as fast as the window allows, and one that reads
 * the answers. The correlation id of a frame leads to its send time.
 */
final class LoadConnection implements AutoCloseable {
    private static final int INPUT_BUFFER_BYTES = 1 << 16;
    /** More frames than this are never unanswered at a time: the window is at most as many events. */
    private static final int SEND_TIMES = 1 << 17;

    private static final int ID_HIGH_OFFSET = io.evident.event.EventLayout.ID_HIGH_OFFSET;
    private static final int ID_LOW_OFFSET = io.evident.event.EventLayout.ID_LOW_OFFSET;

    private final LoadPlan plan;
    private final EventPool pool;
    private final LoadTally tally;
    private final SplittableRandom random;
    private final Socket socket;
    private final DataInputStream input;
    private final OutputStream output;
    private final Welcome welcome;
    private final Semaphore window;
    private final AtomicLongArray sendTicks = new AtomicLongArray(SEND_TIMES);
    private final AtomicLong unanswered = new AtomicLong();

    LoadConnection(LoadPlan plan, EventPool pool, LoadTally tally, long seed) throws IOException {
        this.plan = plan;
        this.pool = pool;
        this.tally = tally;
        this.random = new SplittableRandom(seed);
        this.socket = new Socket(plan.address().getAddress(), plan.address().getPort());
        socket.setTcpNoDelay(true);
        this.input = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream(), INPUT_BUFFER_BYTES));
        this.output = socket.getOutputStream();
        output.write(new Hello(FrameLayout.PROTOCOL_VERSION, "", "evident-load").encode());
        this.welcome = welcome();
        this.window = new Semaphore(Math.min(plan.window(), welcome.window()));
        if (batch() > welcome.window()) {
            socket.close();
            throw new IOException("--batch is " + plan.batch() + ", but the server takes no more than "
                    + welcome.window() + " unanswered events of a connection");
        }
    }

    private Welcome welcome() throws IOException {
        FrameView frame = new FrameView();
        byte[] buffer = readFrame(frame, new byte[1024]);
        if (buffer == null || frame.templateId() != FrameLayout.WELCOME) {
            throw new IOException("the server at " + plan.address() + " did not welcome: "
                    + (buffer != null && frame.templateId() == FrameLayout.FAREWELL
                            ? Farewell.of(frame)
                            : "no answer"));
        }
        return Welcome.of(frame);
    }

    private int batch() {
        return Math.min(plan.batch(), welcome.maxBatchEvents());
    }

    /** Sends until told to stop; the sending thread. */
    void send(BooleanSupplier goOn) throws IOException {
        byte[] frame = new byte[Math.min(welcome.maxFrameBytes(), FrameLayout.DEFAULT_MAX_FRAME_BYTES)];
        EventBatchEncoder encoder = new EventBatchEncoder();
        int batch = batch();
        long intervalNs = plan.eventsPerSecond() == 0
                ? 0
                : TimeUnit.SECONDS.toNanos(1) * batch * plan.connections() / plan.eventsPerSecond();
        long intended = System.nanoTime();
        for (long correlationId = 0; goOn.getAsBoolean(); correlationId++) {
            intended = intervalNs == 0 ? 0 : waitUntil(intended + intervalNs);
            if (!acquire(batch, goOn)) {
                return;
            }
            int count = fill(encoder.begin(frame, 0, frame.length, batch, correlationId, plan.tier()), frame, batch);
            window.release(batch - count);
            unanswered.addAndGet(count);
            sendTicks.set((int) (correlationId % SEND_TIMES), intervalNs == 0 ? System.nanoTime() : intended);
            output.write(frame, 0, encoder.finish());
            tally.countSent(count);
        }
    }

    private static long waitUntil(long tick) {
        long missing = tick - System.nanoTime();
        if (missing > 0) {
            LockSupport.parkNanos(missing);
        }
        return tick;
    }

    private boolean acquire(int events, BooleanSupplier goOn) {
        try {
            while (!window.tryAcquire(events, 100, TimeUnit.MILLISECONDS)) {
                if (!goOn.getAsBoolean()) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private int fill(EventBatchEncoder encoder, byte[] frame, int batch) {
        long high = (System.currentTimeMillis() << 16) | 0x7000 | random.nextInt(0x1000);
        while (encoder.count() < batch) {
            byte[] event = pool.event(random.nextInt(pool.size()));
            if (!encoder.add(event, 0, event.length)) {
                break;
            }
            int at = encoder.lastEventOffset();
            putLong(frame, at + ID_HIGH_OFFSET, high);
            putLong(frame, at + ID_LOW_OFFSET, (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L);
        }
        return encoder.count();
    }

    private static void putLong(byte[] bytes, int offset, long value) {
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[offset + i] = (byte) (value >>> (8 * i));
        }
    }

    /** Reads answers until the connection closes; the reading thread. */
    void receive() throws IOException {
        FrameView frame = new FrameView();
        ReceiptBatchView receipts = new ReceiptBatchView();
        RefusalBatchView refusals = new RefusalBatchView();
        byte[] buffer = new byte[INPUT_BUFFER_BYTES];
        while ((buffer = readFrame(frame, buffer)) != null) {
            if (frame.templateId() == FrameLayout.RECEIPT_BATCH) {
                require(receipts.wrap(frame));
                tallyReceipts(receipts);
            } else if (frame.templateId() == FrameLayout.REFUSAL_BATCH) {
                require(refusals.wrap(frame));
                tallyRefusals(refusals);
            } else if (frame.templateId() == FrameLayout.FAREWELL) {
                throw new IOException("the server said farewell: " + Farewell.of(frame));
            }
        }
    }

    private void tallyReceipts(ReceiptBatchView receipts) {
        int duplicates = 0;
        while (receipts.next()) {
            duplicates += receipts.duplicate() ? 1 : 0;
        }
        long sentTick = sendTicks.get((int) (receipts.correlationId() % SEND_TIMES));
        tally.countReceipts(receipts.count(), duplicates, System.nanoTime() - sentTick);
        answered(receipts.count());
    }

    private void tallyRefusals(RefusalBatchView refusals) {
        while (refusals.next()) {
            tally.countRefusal(refusals.refusal().reason());
        }
        answered(refusals.count());
    }

    private void answered(int events) {
        unanswered.addAndGet(-events);
        window.release(events);
    }

    /** Events sent and not answered yet. */
    long unanswered() {
        return unanswered.get();
    }

    private byte[] readFrame(FrameView frame, byte[] reusable) throws IOException {
        byte[] buffer = reusable;
        try {
            input.readFully(buffer, 0, FrameLayout.LENGTH_BYTES);
        } catch (EOFException end) {
            return null;
        } catch (java.net.SocketException closed) {
            if (socket.isClosed()) {
                return null;
            }
            throw closed;
        }
        int length = (int) FrameLayout.frameLength(buffer, 0);
        if (buffer.length < length) {
            byte[] larger = new byte[length * 2];
            System.arraycopy(buffer, 0, larger, 0, FrameLayout.LENGTH_BYTES);
            buffer = larger;
        }
        input.readFully(buffer, FrameLayout.LENGTH_BYTES, length - FrameLayout.LENGTH_BYTES);
        require(frame.wrap(buffer, 0, length));
        return buffer;
    }

    private static void require(Refusal refusal) throws IOException {
        if (refusal != null) {
            throw new IOException("the server sent a frame that cannot be read: " + refusal.detail());
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
