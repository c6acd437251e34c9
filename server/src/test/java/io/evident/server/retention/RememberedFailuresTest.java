package io.evident.server.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RememberedFailuresTest {
    private long nowNs = 17;
    private int asked;
    private IOException failure = new IOException("block 7 is damaged");
    private final RememberedFailures failures = new RememberedFailures(() -> nowNs);

    private int ask(int segment) throws IOException {
        return failures.ask(segment, () -> {
            asked++;
            if (failure != null) {
                throw failure;
            }
            return asked;
        });
    }

    @Test
    void aDamagedSegmentIsReadOnceInAWhileAndNoOtherWaitsForIt() throws IOException {
        for (int look = 0; look < 90; look++) {
            assertThatThrownBy(() -> ask(3)).isInstanceOf(IOException.class).hasMessageContaining("block 7 is damaged");
            nowNs += TimeUnit.SECONDS.toNanos(10);
        }
        assertThat(asked).as("in a quarter of an hour").isEqualTo(1);
        assertThatThrownBy(() -> ask(3)).isSameAs(failure);
        failure = null;
        assertThat(ask(4)).isEqualTo(3);
        nowNs += TimeUnit.MINUTES.toNanos(15);
        assertThat(ask(3)).isEqualTo(4);
        assertThat(ask(3)).as("it is mended").isEqualTo(5);
    }

    @Test
    void aServerThatStopsIsNoFailureOfTheSegment() throws IOException {
        failure = new InterruptedIOException("the server stops");
        assertThatThrownBy(() -> ask(3)).isSameAs(failure);
        failure = null;
        assertThat(ask(3)).isEqualTo(2);
    }
}
