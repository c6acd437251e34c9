package io.evident.load.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.evident.load.schedule.RateCurve.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateCurveTest {
    private static final double STEP = 1e-4;

    /** Adds up the rate in small steps, and notes when each count was reached. */
    private static List<Double> timesByAddingUp(RateCurve curve) {
        List<Double> times = new ArrayList<>(List.of(0.0));
        double events = 0;
        for (double at = 0; at < curve.lengthSeconds(); at += STEP) {
            events += curve.rateAt(at + STEP / 2) * STEP;
            while (events >= times.size()) {
                times.add(at + STEP);
            }
        }
        return times;
    }

    private static RateCurve random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Point> points = new ArrayList<>(List.of(new Point(0, random.nextInt(100))));
        double at = 0;
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            at += random.nextInt(4) == 0 ? 0 : random.nextDouble(2);
            points.add(new Point(at, random.nextInt(3) == 0 ? 0 : random.nextInt(200)));
        }
        return RateCurve.through(points);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void tellsWhenEachEventIsDueAsAddingUpTheRateDoes(long seed) {
        RateCurve curve = random(seed);
        List<Double> times = timesByAddingUp(curve);
        assertThat(curve.events()).isCloseTo(times.size() - 1, within(1.1));
        double last = 0;
        for (int n = 1; n < times.size() && n <= curve.events(); n++) {
            double at = curve.secondsOf(n);
            // A rate near 0 reaches a count late by a small difference of the sum: the count is compared then.
            assertThat(curve.eventsUntil(at)).isCloseTo(n, within(1e-6));
            assertThat(curve.eventsUntil(times.get(n))).isCloseTo(n, within(0.1));
            assertThat(at).isGreaterThanOrEqualTo(last);
            last = at;
        }
    }

    @Test
    void hasNothingDueAfterItsEnd() {
        RateCurve curve = RateCurve.constant(10, 2);

        assertThat(curve.secondsOf(20)).isEqualTo(2);
        assertThat(curve.secondsOf(20.5)).isEqualTo(RateCurve.NEVER);
        assertThat(curve.eventsUntil(5)).isEqualTo(20);
        assertThat(curve.eventsUntil(-1)).isZero();
        assertThat(curve.secondsOf(0)).isZero();
    }

    @Test
    void waitsThroughATimeWithoutEvents() {
        RateCurve curve = RateCurve.through(List.of(
                new Point(0, 10),
                new Point(1, 10),
                new Point(1, 0),
                new Point(3, 0),
                new Point(3, 10),
                new Point(4, 10)));

        assertThat(curve.secondsOf(10)).isEqualTo(1);
        assertThat(curve.secondsOf(11)).isEqualTo(3.1);
    }

    @Test
    void readsTheCurvesThatAreAskedForByName() {
        assertThat(RateText.parse("500", 3).events()).isEqualTo(1_500);
        assertThat(RateText.parse("constant:500", 3).events()).isEqualTo(1_500);
        assertThat(RateText.parse("ramp:0..100", 2).rateAt(0.5)).isEqualTo(25);
        RateCurve burst = RateText.parse("burst:20,200,5s,1s", 12);
        assertThat(burst.events()).isEqualTo(20 * 12 + 2 * 180);
        assertThat(burst.rateAt(4.5)).isEqualTo(200);
        assertThat(burst.rateAt(5)).isEqualTo(20);
    }

    @Test
    void goesThroughAWeddingSaturday() {
        RateCurve curve = RateText.parse("saturday-rush:1000", 100);

        assertThat(curve.rateAt(0)).isEqualTo(50);
        assertThat(curve.rateAt(40)).isEqualTo(1_000);
        assertThat(curve.rateAt(43)).isEqualTo(10_000);
        assertThat(curve.rateAt(46)).isEqualTo(1_000);
        assertThat(curve.highestRate()).isEqualTo(10_000);
        assertThat(curve.rateAt(99.9)).isLessThan(60);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fast",
                "-1",
                "NaN",
                "Infinity",
                "ramp:1",
                "ramp:1..x",
                "burst:1,2,1s,1s",
                "burst:1,2",
                "flood:9"
            })
    void refusesWhatIsNoRate(String text) {
        assertThatThrownBy(() -> RateText.parse(text, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is no rate; one is " + RateText.FORMS);
    }
}
