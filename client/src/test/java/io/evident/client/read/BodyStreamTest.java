package io.evident.client.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BodyStreamTest {
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(20);

    /** What a stream asks for. */
    private static final class Asked implements Flow.Subscription {
        private final AtomicInteger requests = new AtomicInteger();
        private volatile boolean cancelled;

        @Override
        public void request(long n) {
            assertThat(n).isOne();
            requests.incrementAndGet();
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void asksForMoreOnlyWhenWhatCameIsTaken() throws Exception {
        Asked asked = new Asked();
        try (BodyStream body = new BodyStream(LONG_NS, closed -> {})) {
            body.onSubscribe(asked);
            assertThat(asked.requests).hasValue(1);
            body.onNext(List.of(bytes("ab"), bytes(""), bytes("c")));
            assertThat(asked.requests).hasValue(1);
            assertThat(body.read()).isEqualTo('a');
            assertThat(body.read()).isEqualTo('b');
            assertThat(asked.requests).hasValue(1);
            assertThat(body.read()).isEqualTo('c');
            assertThat(asked.requests).hasValue(2);
            body.onComplete();
            assertThat(body.read()).isEqualTo(-1);
            assertThat(body.read(new byte[4], 0, 4)).isEqualTo(-1);
            assertThat(asked.cancelled).isFalse();
        }
    }

    @Test
    void givesWhatCameBeforeAFailureAndThenTheFailure() throws Exception {
        try (BodyStream body = new BodyStream(LONG_NS, closed -> {})) {
            body.onSubscribe(new Asked());
            body.onNext(List.of(bytes("ab")));
            body.onError(new IOException("cut"));
            byte[] target = new byte[8];
            assertThat(body.read(target, 0, 8)).isEqualTo(2);
            assertThatThrownBy(() -> body.read(target, 0, 8))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cut");
        }
    }

    @Test
    void givesUpWhenNothingComes() {
        try (BodyStream body = new BodyStream(TimeUnit.MILLISECONDS.toNanos(20), closed -> {})) {
            body.onSubscribe(new Asked());
            assertThatThrownBy(body::read).isInstanceOf(HttpTimeoutException.class);
        }
    }

    @Test
    void endsItsReaderAndItsRequestWhenItIsClosed() throws Exception {
        Asked asked = new Asked();
        AtomicInteger told = new AtomicInteger();
        CompletableFuture<Void> sending = new CompletableFuture<>();
        BodyStream body = new BodyStream(LONG_NS, closed -> told.incrementAndGet());
        body.onSubscribe(asked);
        body.answers(sending);
        CompletableFuture<Throwable> reader = CompletableFuture.supplyAsync(() -> {
            try {
                body.read();
                return null;
            } catch (IOException closed) {
                return closed;
            }
        });
        body.close();
        assertThat(reader.get(20, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
        assertThat(asked.cancelled).isTrue();
        assertThat(sending).isCancelled();
        assertThat(told).hasPositiveValue();
        CompletableFuture<Void> late = new CompletableFuture<>();
        body.answers(late);
        assertThat(late).isCancelled();
        Asked lateToo = new Asked();
        body.onSubscribe(lateToo);
        assertThat(lateToo.cancelled).isTrue();
    }
}
