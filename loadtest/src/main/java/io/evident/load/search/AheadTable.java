package io.evident.load.search;

import java.util.List;
import java.util.Locale;

/**
 * Who answers in less time, and how many times less, as a table in Markdown: like for like, so both systems with intake, or
 * both alone. It follows from the figures of {@link ReportTable}.
 */
final class AheadTable {
    /** Less of a difference than one part in twenty is none: rounds differ by more. */
    private static final double EVEN = 1.05;

    private static final double[] PERCENTILES = {50, 99};

    private AheadTable() {}

    /** The table of one mode, or {@code null} when no question was answered by both systems in the same state. */
    static String of(String mode, List<Samples> samples) {
        StringBuilder rows = new StringBuilder();
        int[][] ahead = new int[4][3];
        for (Question question : Question.values()) {
            String cells = cells(question, samples, ahead);
            if (cells != null) {
                rows.append("| ")
                        .append(question.title())
                        .append(" |")
                        .append(cells)
                        .append('\n');
            }
        }
        if (rows.isEmpty()) {
            return null;
        }
        return "| " + mode + ": who is ahead, how many times | both with intake: p50 | p99 | both alone: p50 | p99 |\n"
                + "| --- | --- | --- | --- | --- |\n"
                + rows
                + "| questions: Evident ahead, even, PostgreSQL ahead |"
                + sums(ahead)
                + '\n';
    }

    /** The cells of a question, which are counted, too; {@code null} when there is nothing to compare. */
    private static String cells(Question question, List<Samples> samples, int[][] ahead) {
        StringBuilder cells = new StringBuilder();
        boolean isAny = false;
        int column = 0;
        for (boolean intake : new boolean[] {true, false}) {
            Rounds evident = Rounds.of(Rounds.EVIDENT, intake, question, samples);
            Rounds postgres = Rounds.of(Rounds.POSTGRES, intake, question, samples);
            boolean both = !evident.isEmpty() && !postgres.isEmpty();
            isAny |= both;
            for (double percentile : PERCENTILES) {
                cells.append(' ')
                        .append(both ? cell(evident.ms(percentile), postgres.ms(percentile), ahead[column]) : "-")
                        .append(" |");
                column++;
            }
        }
        return isAny ? cells.toString() : null;
    }

    private static String cell(double evidentMs, double postgresMs, int[] ahead) {
        double ratio = Math.max(evidentMs, postgresMs) / Math.min(evidentMs, postgresMs);
        if (ratio < EVEN) {
            ahead[1]++;
            return "even";
        }
        boolean isEvident = evidentMs < postgresMs;
        ahead[isEvident ? 0 : 2]++;
        return (isEvident ? "Evident " : "PostgreSQL ")
                + String.format(Locale.ROOT, ratio < 10 ? "%.1f" : "%,.0f", ratio);
    }

    private static String sums(int[][] ahead) {
        StringBuilder cells = new StringBuilder();
        for (int[] column : ahead) {
            boolean none = column[0] + column[1] + column[2] == 0;
            cells.append(none ? " - |" : " " + column[0] + ", " + column[1] + ", " + column[2] + " |");
        }
        return cells.toString();
    }
}
