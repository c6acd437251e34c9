package io.evident.load.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IntakePaceTest {
    private static final long RATE = 50_000;

    /** Begins where a real one may, too. */
    private long tick = Long.MAX_VALUE - 5;

    private IntakePace pace = new IntakePace(RATE, () -> tick);

    private void passMs(long ms) {
        tick += TimeUnit.MILLISECONDS.toNanos(ms);
    }

    @Test
    void givesWhatIsDueEveryTwentyMilliseconds() {
        assertThat(pace.take()).isZero();
        for (int i = 0; i < 100; i++) {
            assertThat(pace.restNs()).isEqualTo(IntakePace.EVERY_NS);
            tick += pace.restNs();
            assertThat(pace.restNs()).isZero();
            assertThat(pace.take()).isEqualTo(1_000);
        }
        assertThat(pace.offered()).isEqualTo(100_000);
    }

    @Test
    void keepsTheRateWhenBatchesTakeTime() {
        int given = 0;
        while (pace.elapsedNs() < TimeUnit.SECONDS.toNanos(10)) {
            given += pace.take();
            passMs(13);
            tick += pace.restNs();
        }
        given += pace.take();

        assertThat(given).isEqualTo(500_000).isEqualTo((int) pace.offered());
    }

    @Test
    void catchesUpInFullBatchesWithoutARestAfterAPause() {
        passMs(250);

        assertThat(pace.take()).isEqualTo(5_000);
        assertThat(pace.restNs()).isZero();
        assertThat(pace.take()).isEqualTo(5_000);
        assertThat(pace.restNs()).isZero();
        assertThat(pace.take()).isEqualTo(2_500);
        assertThat(pace.restNs()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(10));
    }

    @Test
    void passesOverWhatHasWaitedForMoreThanASecond() {
        passMs(3_000);
        int given = 0;
        for (int batch = pace.take(); batch > 0; batch = pace.take()) {
            given += batch;
        }

        assertThat(given).isEqualTo(50_000);
        assertThat(pace.offered()).isEqualTo(150_000);
        passMs(20);
        assertThat(pace.take()).isEqualTo(1_000);
    }

    @Test
    void takesNoMoreThanTheSystemDoes() {
        // A batch takes 200 ms: 25,000 a second.
        int given = 0;
        while (pace.elapsedNs() < TimeUnit.SECONDS.toNanos(20)) {
            given += pace.take();
            passMs(200);
            assertThat(pace.restNs()).isZero();
        }

        assertThat(given).isBetween(495_000, 500_000);
        assertThat(pace.offered()).isBetween(980_000L, 1_000_000L);
    }

    @Test
    void givesSingleEventsAtALowRate() {
        pace = new IntakePace(2, () -> tick);
        int given = 0;
        for (int i = 0; i < 100; i++) {
            passMs(20);
            int batch = pace.take();
            assertThat(batch).isBetween(0, 1);
            given += batch;
        }

        assertThat(given).isEqualTo(4);
    }

    @Test
    void passesOverWhatHasWaitedForASecondAtALowRateToo() {
        pace = new IntakePace(10, () -> tick);
        passMs(60_000);
        assertThat(pace.take()).isEqualTo(10);
        passMs(1_000);
        assertThat(pace.take()).isEqualTo(10);
        assertThat(pace.offered()).isEqualTo(610);
    }
}
