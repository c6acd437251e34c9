package io.evident.load.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.load.caller.CallerFigures.CallsInRow;
import io.evident.load.caller.CallerFigures.ShareOfCore;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class CallerFiguresTest {
    private static Histogram histogram(long ns, int count) {
        Histogram histogram = new Histogram(1_000_000_000L, 3);
        histogram.recordValueWithCount(ns, count);
        return histogram;
    }

    private final CallerFigures figures = new CallerFigures(
            new CallsInRow(histogram(100, 1_000_000), 64, 189, 450),
            histogram(200, 10_000),
            histogram(1_500_000, 10_000),
            List.of(new ShareOfCore(0.5, 0, 0), new ShareOfCore(0.3, 0, 0)),
            List.of(
                    new ShareOfCore(0.4, 0.02, 0.02),
                    new ShareOfCore(0.5, 0.01, 0.01),
                    new ShareOfCore(0.6, 0.04, 0.02)));

    @Test
    void tellsMediansAndRangesForPeople() {
        assertThat(figures.text().lines().map(String::trim))
                .containsExactly(
                        "calls in a row     p50 0.10   p90 0.10   p99 0.10   p99.9 0.10   p99.99 0.10   max 0.1; us",
                        "allocated        64 bytes a call by the caller, 189 an event by the client's thread",
                        "client's thread  0.45 us an event",
                        "calls at the rate  p50 0.20   p90 0.20   p99 0.20   p99.9 -   p99.99 -   max 0.2; us",
                        "until receipt    p50 1.50   p99 1.50; ms",
                        "in % of a core, median of the rounds (lowest to highest):",
                        "client's thread  2.000 (1.000 to 4.000)",
                        "making, sending  2.000 (1.000 to 2.000)",
                        "whole process    40.000 (30.000 to 50.000) without audit, 50.000 (40.000 to 60.000) with it",
                        "audit, in % of the process: 10.000 (4.000 to 10.000)");
    }

    @Test
    void tellsEachRoundInJson() {
        assertThat(figures.told())
                .containsEntry("clientThreadShareOfCore", List.of(0.02, 0.01, 0.04))
                .containsEntry("processShareOfCoreWithout", List.of(0.5, 0.3))
                .containsEntry("tooFew", List.of("p99.9", "p99.99"));
    }
}
