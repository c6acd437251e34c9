package io.evident.pipeline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WakingIdleTest {
    private static final int ROUNDS = 200_000;

    /**
     * Work is published as the lanes do it: by a release store, which a processor may still hold back when the flag behind
     * it is read. A lost wake-up would cost the rest's whole length.
     */
    @ParameterizedTest(name = "gathering for {0} us")
    @ValueSource(longs = {0, 20})
    void noWakeUpIsLostBetweenPublishingAndParking(long gatheringUs) throws Exception {
        WakingIdle idle = new WakingIdle(0, TimeUnit.SECONDS.toNanos(1), TimeUnit.MICROSECONDS.toNanos(gatheringUs));
        AtomicLongArray published = new AtomicLongArray(1);
        AtomicLongArray taken = new AtomicLongArray(64);
        Thread consumer = new Thread(() -> {
            long last = 0;
            while (last < ROUNDS) {
                long now = published.getAcquire(0);
                int work = now > last ? 1 : 0;
                if (work > 0) {
                    last = now;
                    taken.setRelease(32, last);
                }
                idle.idle(work);
            }
        });
        consumer.start();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1500);
        long worst = 0;
        long round = 1;
        for (; round < ROUNDS && System.nanoTime() < end; round++) {
            long started = System.nanoTime();
            published.setRelease(0, round);
            idle.wake();
            while (taken.getAcquire(32) < round) {
                Thread.onSpinWait();
            }
            worst = Math.max(worst, System.nanoTime() - started);
            for (long i = round % 97; i > 0; i--) {
                Thread.onSpinWait();
            }
        }
        published.setRelease(0, ROUNDS);
        idle.wake();
        consumer.join(10_000);
        assertThat(consumer.isAlive()).isFalse();
        assertThat(TimeUnit.NANOSECONDS.toMillis(worst))
                .as("worst of %d rounds, ms", round)
                .isLessThan(900);
    }

    @Test
    void letsMoreGatherOnceBehindWorkWhoeverWakesIt() {
        long gatheringNs = TimeUnit.MILLISECONDS.toNanos(20);
        WakingIdle idle = new WakingIdle(0, TimeUnit.SECONDS.toNanos(30), gatheringNs);
        // Whatever woke this thread before this test must not end its rest.
        LockSupport.parkNanos(1);
        idle.idle(1);
        idle.wake();
        long started = System.nanoTime();
        idle.idle(0);
        assertThat(System.nanoTime() - started).isGreaterThanOrEqualTo(gatheringNs / 2);

        // The announcement, called off: there is no second rest.
        idle.idle(0);
        idle.wake();
        idle.idle(0);
        assertThat(System.nanoTime() - started).isLessThan(TimeUnit.SECONDS.toNanos(20));
    }

    @Test
    void whoGathersIsNotWokenAndRestsAsAlwaysBehindIt() {
        WakingIdle idle = new WakingIdle(0, TimeUnit.SECONDS.toNanos(30));
        LockSupport.parkNanos(1);
        // The announcement is taken back: nobody pays for waking who would only rest on.
        idle.idle(0);
        long gatheringNs = TimeUnit.MILLISECONDS.toNanos(20);
        idle.gather(gatheringNs);
        idle.wake();
        LockSupport.parkNanos(1);
        long started = System.nanoTime();
        idle.idle(0);
        assertThat(System.nanoTime() - started).isGreaterThanOrEqualTo(gatheringNs / 2);

        idle.idle(0);
        idle.wake();
        idle.idle(0);
        assertThat(System.nanoTime() - started).isLessThan(TimeUnit.SECONDS.toNanos(20));
    }

    @Test
    void aRestIsAsLongAsWasSaidLastAndNeverLongerThanAtFirst() {
        WakingIdle idle = new WakingIdle(0, TimeUnit.SECONDS.toNanos(30));
        long started = System.nanoTime();
        idle.restAtMost(TimeUnit.MILLISECONDS.toNanos(1));
        for (int i = 0; i < 4; i++) {
            idle.idle(0);
        }
        assertThat(System.nanoTime() - started).isLessThan(TimeUnit.SECONDS.toNanos(20));

        WakingIdle shortest = new WakingIdle(0, TimeUnit.MILLISECONDS.toNanos(1));
        shortest.restAtMost(TimeUnit.SECONDS.toNanos(30));
        for (int i = 0; i < 4; i++) {
            shortest.idle(0);
        }
        assertThat(System.nanoTime() - started).isLessThan(TimeUnit.SECONDS.toNanos(20));
    }

    @Test
    void aThreadThatIsNotWokenWakesByItself() {
        WakingIdle idle = new WakingIdle(2, TimeUnit.MILLISECONDS.toNanos(5));
        long started = System.nanoTime();
        for (int i = 0; i < 4; i++) {
            idle.idle(0);
        }
        assertThat(System.nanoTime() - started).isLessThan(TimeUnit.SECONDS.toNanos(5));
    }

    @Test
    void itParksOnlyAfterItsSpinsAndOneMoreLook() {
        WakingIdle idle = new WakingIdle(3, TimeUnit.SECONDS.toNanos(30));
        long started = System.nanoTime();
        for (int round = 0; round < 100; round++) {
            // Three spins, then the announcement; the work that is found then calls the rest off.
            for (int i = 0; i < 4; i++) {
                idle.idle(0);
            }
            idle.idle(1);
        }
        assertThat(System.nanoTime() - started).isLessThan(TimeUnit.SECONDS.toNanos(20));
    }

    @Test
    void aWakeUpBeforeParkingIsNotForgotten() {
        WakingIdle idle = new WakingIdle(0, TimeUnit.SECONDS.toNanos(30));
        long started = System.nanoTime();
        idle.idle(0);
        idle.wake();
        idle.idle(0);
        assertThat(System.nanoTime() - started).isLessThan(TimeUnit.SECONDS.toNanos(20));
    }
}
