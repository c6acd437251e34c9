package io.evident.load.search;

import java.util.List;
import java.util.Locale;

/** How long answers took, as a table in Markdown: a row for each question, the systems side by side in one state. */
final class ReportTable {
    private ReportTable() {}

    /** The table of one mode and state, or {@code null} when nothing was measured there. */
    static String of(String mode, boolean intake, List<Samples> samples) {
        List<Samples> ofState = samples.stream()
                .filter(each -> each.key().intake() == intake && !each.all().isEmpty())
                .toList();
        if (ofState.isEmpty()) {
            return null;
        }
        boolean evident = isThere(Rounds.EVIDENT, ofState);
        boolean postgres = isThere(Rounds.POSTGRES, ofState);
        String state = intake ? "with intake" : "alone";
        StringBuilder table = new StringBuilder("| " + mode + " | rows |");
        table.append(evident ? columnTitles("Evident " + state) + " from cache |" : "");
        table.append(postgres ? columnTitles("PostgreSQL " + state) : "").append('\n');
        table.append("| --- | --: |");
        table.append(evident ? " --: | --: | --: | --- | --: | --: |" : "");
        table.append(postgres ? " --: | --: | --: | --- | --: |" : "").append('\n');
        for (Question question : Question.values()) {
            Rounds ofEvident = Rounds.of(Rounds.EVIDENT, intake, question, ofState);
            Rounds ofPostgres = Rounds.of(Rounds.POSTGRES, intake, question, ofState);
            if (!ofEvident.isEmpty() || !ofPostgres.isEmpty()) {
                table.append("| ").append(question.title());
                table.append(" | ").append(rows(ofEvident.isEmpty() ? ofPostgres : ofEvident));
                table.append(" |");
                table.append(evident ? columns(ofEvident) + fromCache(ofEvident) : "");
                table.append(postgres ? columns(ofPostgres) : "").append('\n');
            }
        }
        return table.toString();
    }

    private static boolean isThere(String system, List<Samples> samples) {
        return samples.stream().anyMatch(each -> each.key().system().equals(system));
    }

    private static String columnTitles(String who) {
        return " " + who + " p50 ms | p95 | p99 | p99 of the rounds | asked |";
    }

    private static String columns(Rounds rounds) {
        if (rounds.isEmpty()) {
            return " - | - | - | - | 0 |";
        }
        double[] p99 = rounds.sortedMs(99);
        return String.format(
                Locale.ROOT,
                " %s | %s | %s | %s to %s | %,d |",
                ms(rounds.ms(50)),
                ms(rounds.ms(95)),
                ms(rounds.ms(99)),
                ms(p99[0]),
                ms(p99[p99.length - 1]),
                rounds.asked());
    }

    /** Three significant digits. */
    static String ms(double ms) {
        return String.format(Locale.ROOT, ms < 1 ? "%.3f" : ms < 10 ? "%.2f" : ms < 100 ? "%.1f" : "%,.0f", ms);
    }

    private static String rows(Rounds rounds) {
        return String.format(Locale.ROOT, "%,d", rounds.rows());
    }

    private static String fromCache(Rounds rounds) {
        return rounds.isEmpty() ? " - |" : String.format(Locale.ROOT, " %.1f %% |", rounds.fromCache() * 100);
    }
}
