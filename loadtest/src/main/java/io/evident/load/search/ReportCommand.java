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
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code evident load search report}: compares what the systems answered and prints tables. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Prints what 'evident load search ask' measured, as tables in Markdown: of each percentile the median of"
                    + " the rounds, and of p99 the lowest and highest. Compares the answers of the systems, asking by"
                    + " asking."
        },
        footerHeading = "%nExit code: 0 all answers agree, 1 some do not or there are none, 2 wrong usage.%n")
final class ReportCommand implements Callable<Integer> {
    private static final String EVIDENT = "evident";
    private static final String POSTGRES = "postgres";
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
            if (!ofMode.isEmpty()) {
                System.out.println(table(mode.text(), ofMode));
            }
        }
        return compare(all) ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    static String table(String mode, List<Samples> samples) {
        StringBuilder table = new StringBuilder();
        boolean both = samples.stream().anyMatch(each -> each.key().system().equals(POSTGRES));
        table.append("| ")
                .append(mode)
                .append(" | rows | Evident p50 ms | p95 | p99 | p99 of the rounds | asked | from cache |");
        table.append(both ? " PostgreSQL p50 ms | p95 | p99 | p99 of the rounds | asked | p99 ratio |\n" : "\n");
        table.append("| --- | --: | --: | --: | --: | --- | --: | --: |");
        table.append(both ? " --: | --: | --: | --- | --: | --: |\n" : "\n");
        for (Question question : Question.values()) {
            List<Samples> evident = of(EVIDENT, question, samples);
            List<Samples> postgres = of(POSTGRES, question, samples);
            if (evident.isEmpty() && postgres.isEmpty()) {
                continue;
            }
            table.append("| ")
                    .append(question.title())
                    .append(" | ")
                    .append(rows(evident))
                    .append(" |");
            table.append(columns(evident))
                    .append(' ')
                    .append(fromCache(evident))
                    .append(" |");
            if (both) {
                table.append(columns(postgres))
                        .append(' ')
                        .append(ratio(postgres, evident))
                        .append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }

    private static List<Samples> of(String system, Question question, List<Samples> samples) {
        return samples.stream()
                .filter(each -> each.key().system().equals(system) && each.key().question() == question)
                .filter(each -> !each.all().isEmpty())
                .toList();
    }

    private static String columns(List<Samples> rounds) {
        if (rounds.isEmpty()) {
            return " - | - | - | - | 0 |";
        }
        double[] p99 = sorted(rounds, 99);
        long asked = rounds.stream().mapToLong(each -> each.all().size()).sum();
        return String.format(
                Locale.ROOT,
                " %s | %s | %s | %s to %s | %,d |",
                ms(median(sorted(rounds, 50))),
                ms(median(sorted(rounds, 95))),
                ms(median(p99)),
                ms(p99[0]),
                ms(p99[p99.length - 1]),
                asked);
    }

    private static double[] sorted(List<Samples> rounds, double percentile) {
        ToDoubleFunction<Samples> value = each -> each.latency().getValueAtPercentile(percentile) / 1e6;
        return rounds.stream().mapToDouble(value).sorted().toArray();
    }

    private static double median(double[] sorted) {
        return sorted[sorted.length / 2];
    }

    /** Three significant digits. */
    static String ms(double ms) {
        return String.format(Locale.ROOT, ms < 1 ? "%.3f" : ms < 10 ? "%.2f" : ms < 100 ? "%.1f" : "%,.0f", ms);
    }

    private static String ratio(List<Samples> postgres, List<Samples> evident) {
        return postgres.isEmpty() || evident.isEmpty()
                ? "-"
                : String.format(Locale.ROOT, "%.1f", median(sorted(postgres, 99)) / median(sorted(evident, 99)));
    }

    /** The median. */
    private static String rows(List<Samples> rounds) {
        int[] rows = rounds.stream()
                .flatMap(each -> each.all().stream())
                .mapToInt(sample -> sample.answer().rows())
                .sorted()
                .toArray();
        return rows.length == 0 ? "-" : String.format(Locale.ROOT, "%,d", rows[rows.length / 2]);
    }

    private static String fromCache(List<Samples> rounds) {
        double share = rounds.stream()
                .flatMap(each -> each.all().stream())
                .mapToInt(sample -> sample.answer().fromCache() ? 1 : 0)
                .average()
                .orElse(0);
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    private static boolean compare(List<Samples> all) {
        long compared = 0;
        long different = 0;
        Map<Samples.Key, Map<Long, Answer>> postgres = new HashMap<>();
        all.stream()
                .filter(each -> each.key().system().equals(POSTGRES))
                .forEach(each -> postgres.put(each.key(), answers(each)));
        for (Samples each : all) {
            Samples.Key key = each.key();
            Map<Long, Answer> others =
                    postgres.getOrDefault(new Samples.Key(key.mode(), POSTGRES, key.question(), key.round()), Map.of());
            for (Sample sample : key.system().equals(EVIDENT) ? each.all() : List.<Sample>of()) {
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
