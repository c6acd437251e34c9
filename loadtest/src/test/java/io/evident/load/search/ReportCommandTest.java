package io.evident.load.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.load.search.SearchSystem.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReportCommandTest {
    @TempDir
    private Path results;

    private void answered(String system, boolean intake, long... fingerprints) throws IOException {
        Samples turn = new Samples(new Samples.Key("warm", system, intake, Question.BY_ID, 1));
        for (int n = 0; n < fingerprints.length; n++) {
            turn.add(n, 1_000_000, new Answer(1, fingerprints[n], false));
        }
        turn.write(results);
    }

    private void reports(int exitCode, String text) {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            assertThat(new CommandLine(new ReportCommand()).execute("--results", results.toString()))
                    .isEqualTo(exitCode);
        } finally {
            System.setOut(before);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).contains(text);
    }

    @Test
    void comparesTheAnswersOfBothSystemsInEachState() throws IOException {
        answered("evident", true, 1, 2, 3);
        answered("postgres", true, 1, 2);
        answered("evident", false, 5);
        answered("postgres", false, 5, 6);

        reports(0, "3 answers compared, 0 different");
    }

    @Test
    void failsWhenAnAnswerDiffersInEitherState() throws IOException {
        answered("evident", true, 1);
        answered("postgres", true, 1);
        answered("evident", false, 5);
        answered("postgres", false, 6);

        reports(1, "2 answers compared, 1 different");
    }

    @Test
    void failsWhenNothingWasMeasured() {
        reports(1, "");
    }
}
