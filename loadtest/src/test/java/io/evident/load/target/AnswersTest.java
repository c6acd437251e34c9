package io.evident.load.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private final Answers answers = new Answers();

    @Test
    void countsEveryOutcomeOfAllThreads() throws InterruptedException {
        Runnable tell = () -> {
            answers.answered(Lane.CRITICAL, 0, 0, 3, 1);
            answers.answered(Lane.STANDARD, 0, 0, 2, 0);
            answers.refused("lane-full", 4);
            answers.failed("broke", 5);
        };
        Thread other = new Thread(tell);
        other.start();
        tell.run();
        other.join();

        assertThat(answers.totals())
                .isEqualTo(new Totals(
                        Map.of(Lane.CRITICAL, 6L, Lane.STANDARD, 4L),
                        2,
                        Map.of("lane-full", 8L),
                        Map.of("broke", 10L)));
        assertThat(answers.totals().since(answers.totals()).allReceipts()).isZero();
    }

    @Test
    void keepsLatenciesOfEventsThatWereDueInTheMeasuredTimeWheneverTheyCame() {
        answers.measure(1_000, 100);
        ThreadAnswers own = answers.ofThisThread();
        for (long due : List.of(999L, 1_000L, 1_099L, 1_100L)) {
            own.answered(Lane.STANDARD, due, due + 50, 5_000, 2, 0);
        }

        Latencies taken = answers.takeLatencies();

        assertThat(Latencies.merged(taken.response()).getTotalCount()).isEqualTo(4);
        assertThat(Latencies.merged(taken.response()).getMinValue()).isBetween(3_898L, 3_904L);
        assertThat(Latencies.merged(taken.service()).getMinValue()).isBetween(3_848L, 3_856L);
        assertThat(answers.totals().allReceipts()).isEqualTo(8);
        assertThat(answers.takeLatencies().response()).isEmpty();
    }

    @Test
    void samplesTheSameBoundedSpreadIdsOutOfMany() {
        for (long i = 0; i < 100_000; i++) {
            answers.ofThisThread().taken(7, i);
        }

        List<UUID> ids = answers.sampledIds();

        assertThat(ids).hasSizeBetween(IdSample.MOST / 4, IdSample.MOST);
        assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
        assertThat(ids.stream()
                        .filter(id -> id.getLeastSignificantBits() < 50_000)
                        .count())
                .isBetween(ids.size() / 4L, ids.size() * 3L / 4);
    }
}
