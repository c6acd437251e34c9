package io.evident.client.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void everyWaitIsTwiceAsLongUpToTheLimitAndItsUpperHalfIsRandom() {
        Backoff backoff = new Backoff(10, 100, new Random(1));
        long[] longest = {10, 20, 40, 80, 100, 100};
        for (int failures = 0; failures < longest.length; failures++) {
            long smallest = Long.MAX_VALUE;
            long largest = 0;
            for (int i = 0; i < 5_000; i++) {
                long delayMs = backoff.delayMs(failures);
                smallest = Math.min(smallest, delayMs);
                largest = Math.max(largest, delayMs);
            }
            assertThat(smallest).isEqualTo(longest[failures] / 2);
            assertThat(largest).isEqualTo(longest[failures]);
        }
        assertThat(backoff.delayMs(Integer.MAX_VALUE)).isBetween(50L, 100L);
        assertThat(new Backoff(1, 1, new Random(1)).delayMs(5)).isEqualTo(1);
    }
}
