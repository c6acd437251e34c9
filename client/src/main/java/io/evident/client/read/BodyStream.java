package io.evident.client.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The body of an answer while it comes: asks for more only when all that came is read, so that a slow reader slows the
 * server and fills no memory, and gives up when nothing comes for too long. Read by one thread, closed by any.
 */
final class BodyStream extends InputStream implements BodySubscriber<BodyStream> {
    private final long idleTimeoutNs;
    private final Consumer<BodyStream> onClose;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** The following are guarded by the lock. */
    private final Deque<ByteBuffer> arrived = new ArrayDeque<>();

    private Flow.Subscription subscription;
    private Future<?> sending;
    private Throwable failure;
    private boolean ended;
    private boolean closed;

    /** What is being read, by the reader's thread alone. */
    private ByteBuffer current = ByteBuffer.allocate(0);

    /**
     * @param idleTimeoutNs longest time in which nothing comes although the reader waits
     * @param onClose told when it is closed, at least once
     */
    BodyStream(long idleTimeoutNs, Consumer<BodyStream> onClose) {
        this.idleTimeoutNs = idleTimeoutNs;
        this.onClose = onClose;
    }

    /** Names the request that this is the answer to; it is cancelled when the stream is closed. */
    void answers(Future<?> newSending) {
        boolean tooLate;
        lock.lock();
        try {
            sending = newSending;
            tooLate = closed;
        } finally {
            lock.unlock();
        }
        if (tooLate) {
            newSending.cancel(true);
        }
    }

    @Override
    public CompletionStage<BodyStream> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        boolean tooLate;
        lock.lock();
        try {
            tooLate = closed || subscription != null;
            subscription = tooLate ? subscription : newSubscription;
        } finally {
            lock.unlock();
        }
        if (tooLate) {
            newSubscription.cancel();
        } else {
            newSubscription.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        lock.lock();
        try {
            arrived.addAll(buffers);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onError(Throwable thrown) {
        lock.lock();
        try {
            failure = thrown;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onComplete() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        return current.hasRemaining() || advance() ? current.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!current.hasRemaining() && !advance()) {
            return -1;
        }
        int count = Math.min(length, current.remaining());
        current.get(target, offset, count);
        return count;
    }

    /** Goes to the next bytes; false at the end. */
    private boolean advance() throws IOException {
        do {
            ByteBuffer next = take();
            if (next == null) {
                return false;
            }
            current = next;
        } while (!current.hasRemaining());
        return true;
    }

    /** What came next, and asks for more when it was the last; {@code null} at the end. */
    private ByteBuffer take() throws IOException {
        ByteBuffer next;
        Flow.Subscription drained = null;
        lock.lock();
        try {
            awaitNews();
            if (closed) {
                throw new IOException("the answer was closed while it was read");
            }
            next = arrived.poll();
            // What came before a failure is read before the failure is told.
            if (next == null && failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            drained = next != null && arrived.isEmpty() ? subscription : null;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while reading").initCause(interrupted);
        } finally {
            lock.unlock();
        }
        if (drained != null) {
            // Without the lock: whoever delivers holds locks of its own when it comes here.
            drained.request(1);
        }
        return next;
    }

    private void awaitNews() throws InterruptedException, HttpTimeoutException {
        long leftNs = idleTimeoutNs;
        while (arrived.isEmpty() && failure == null && !ended && !closed) {
            if (leftNs <= 0) {
                throw new HttpTimeoutException(
                        "nothing came for " + TimeUnit.NANOSECONDS.toMillis(idleTimeoutNs) + " ms");
            }
            leftNs = changed.awaitNanos(leftNs);
        }
    }

    /** Ends the request and whoever waits for it. */
    @Override
    public void close() {
        Flow.Subscription open;
        Future<?> request;
        lock.lock();
        try {
            closed = true;
            arrived.clear();
            open = subscription;
            request = sending;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (open != null) {
            open.cancel();
        }
        if (request != null) {
            request.cancel(true);
        }
        onClose.accept(this);
    }
}
