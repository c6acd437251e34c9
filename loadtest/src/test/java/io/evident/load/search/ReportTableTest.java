package io.evident.load.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.load.search.SearchSystem.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTableTest {
    private final List<Samples> samples = new ArrayList<>();

    private void answered(String system, boolean intake, Question question, int round, long... latenciesMs) {
        Samples turn = new Samples(new Samples.Key("warm", system, intake, question, round));
        for (int n = 0; n < latenciesMs.length; n++) {
            turn.add(n, latenciesMs[n] * 1_000_000, new Answer(100, 1, false));
        }
        samples.add(turn);
    }

    @Test
    void putsTheSystemsOfOneStateSideBySide() {
        answered("evident", true, Question.ACTOR, 1, 2, 2, 2);
        answered("postgres", true, Question.ACTOR, 1, 200);
        answered("evident", false, Question.ACTOR, 1, 1, 1, 1);

        assertThat(ReportTable.of("warm", true, samples)).isEqualTo("""
                | warm | rows | Evident with intake p50 ms | p95 | p99 | p99 of the rounds | asked | from cache |\
                 PostgreSQL with intake p50 ms | p95 | p99 | p99 of the rounds | asked |
                | --- | --: | --: | --: | --: | --- | --: | --: | --: | --: | --: | --- | --: |
                | actor of a tenant, 30 days, newest 100 | 100 | 2.00 | 2.00 | 2.00 | 2.00 to 2.00 | 3 | 0.0 % |\
                 200 | 200 | 200 | 200 to 200 | 1 |
                """);
        assertThat(ReportTable.of("warm", false, samples)).isEqualTo("""
                | warm | rows | Evident alone p50 ms | p95 | p99 | p99 of the rounds | asked | from cache |
                | --- | --: | --: | --: | --: | --- | --: | --: |
                | actor of a tenant, 30 days, newest 100 | 100 | 1.00 | 1.00 | 1.00 | 1.00 to 1.00 | 3 | 0.0 % |
                """);
    }

    @Test
    void takesTheMedianOfTheRoundsAndTellsTheirRange() {
        for (int round = 1; round <= 3; round++) {
            answered("evident", true, Question.COUNT, round, round * 10L);
        }

        assertThat(ReportTable.of("warm", true, samples)).contains("| 20.0 | 20.0 | 20.0 | 10.0 to 30.0 | 3 |");
    }

    @Test
    void isNotThereForAStateThatWasNotMeasured() {
        answered("evident", true, Question.COUNT, 1, 1);
        answered("postgres", false, Question.COUNT, 1);

        assertThat(ReportTable.of("warm", false, samples)).isNull();
        assertThat(AheadTable.of("warm", samples)).isNull();
    }

    @Test
    void marksWhatASystemDidNotAnswer() {
        answered("evident", true, Question.COUNT, 1, 1);
        answered("postgres", true, Question.COUNT, 1);
        answered("postgres", true, Question.BY_ID, 1, 1);

        assertThat(ReportTable.of("warm", true, samples))
                .contains("| by id | 100 | - | - | - | - | 0 | - | 1.00 |")
                .contains("| 0.0 % | - | - | - | - | 0 |\n");
    }

    @Test
    void saysWhoIsAheadWhereBothAreInTheSameState() {
        answered("evident", true, Question.BY_ID, 1, 4, 4, 4, 4);
        answered("postgres", true, Question.BY_ID, 1, 2, 2, 2, 100);
        answered("evident", false, Question.BY_ID, 1, 100);
        answered("postgres", false, Question.BY_ID, 1, 102);
        answered("evident", true, Question.ACTOR, 1, 1);
        answered("postgres", false, Question.ACTOR, 1, 50);
        answered("evident", true, Question.COUNT, 1, 3);
        answered("postgres", true, Question.COUNT, 1, 9);

        assertThat(AheadTable.of("warm", samples)).isEqualTo("""
                | warm: who is ahead, how many times | both with intake: p50 | p99 | both alone: p50 | p99 |
                | --- | --- | --- | --- | --- |
                | by id | PostgreSQL 2.0 | Evident 25 | even | even |
                | count of a tenant's day | Evident 3.0 | Evident 3.0 | - | - |
                | questions: Evident ahead, even, PostgreSQL ahead | 1, 0, 1 | 2, 0, 0 | 0, 1, 0 | 0, 1, 0 |
                """);
    }
}
