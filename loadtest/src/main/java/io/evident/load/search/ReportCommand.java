package io.evident.load.search;

import io.evident.load.search.Samples.Sample;
import io.evident.load.search.SearchSystem.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code evident load search report}: compares what the systems answered and prints tables. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Prints what 'evident load search ask' measured, as tables in Markdown, those with intake and those alone"
                    + " apart: of each percentile the median of the rounds (of two the higher), and of p99 the lowest and"
                    + " highest. Says who is ahead in each state. Compares the answers of the systems, asking by asking."
        },
        footerHeading = "%nExit code: 0 all answers agree, 1 some do not or there are none, 2 wrong usage.%n")
final class ReportCommand implements Callable<Integer> {
    private static final int MOST_TOLD = 10;

    @Option(names = "--results", required = true, paramLabel = "DIR", description = "where the answers are kept")
    private Path results;

    @Override
    public Integer call() throws IOException {
        List<Samples> all = Samples.readAll(results);
        if (all.isEmpty()) {
            System.err.println("evident load search report: nothing was measured in " + results);
            return CommandLine.ExitCode.SOFTWARE;
        }
        for (AskCommand.Mode mode : AskCommand.Mode.values()) {
            List<Samples> ofMode = all.stream()
                    .filter(each -> each.key().mode().equals(mode.text()))
                    .toList();
            print(ReportTable.of(mode.text(), true, ofMode));
            print(ReportTable.of(mode.text(), false, ofMode));
            print(AheadTable.of(mode.text(), ofMode));
        }
        return compare(all) ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static void print(String table) {
        if (table != null) {
            System.out.println(table);
        }
    }

    private static boolean compare(List<Samples> all) {
        long compared = 0;
        long different = 0;
        Map<Samples.Key, Map<Long, Answer>> postgres = new HashMap<>();
        all.stream()
                .filter(each -> each.key().system().equals(Rounds.POSTGRES))
                .forEach(each -> postgres.put(each.key(), answers(each)));
        for (Samples each : all) {
            Samples.Key key = each.key();
            Samples.Key asPostgres =
                    new Samples.Key(key.mode(), Rounds.POSTGRES, key.intake(), key.question(), key.round());
            Map<Long, Answer> others = postgres.getOrDefault(asPostgres, Map.of());
            for (Sample sample : key.system().equals(Rounds.EVIDENT) ? each.all() : List.<Sample>of()) {
                Answer other = others.get(sample.n());
                if (other != null) {
                    compared++;
                    different += isSame(key, sample, other, different) ? 0 : 1;
                }
            }
        }
        System.out.printf(Locale.ROOT, "%,d answers compared, %,d different%n", compared, different);
        return different == 0;
    }

    private static boolean isSame(Samples.Key key, Sample sample, Answer other, long toldBefore) {
        Answer answer = sample.answer();
        boolean same = answer.rows() == other.rows() && answer.fingerprint() == other.fingerprint();
        if (!same && toldBefore < MOST_TOLD) {
            System.err.printf(
                    "different: %s, asking %d: %d rows of Evident, %d of PostgreSQL%n",
                    key, sample.n(), answer.rows(), other.rows());
        }
        return same;
    }

    private static Map<Long, Answer> answers(Samples samples) {
        Map<Long, Answer> answers = new HashMap<>();
        samples.all().forEach(sample -> answers.put(sample.n(), sample.answer()));
        return answers;
    }
}
