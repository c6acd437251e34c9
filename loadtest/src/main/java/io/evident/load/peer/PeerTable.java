package io.evident.load.peer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Results of one work as a table in Markdown: medians of the rounds, where two follow with the lowest and the highest. Stateless. */
final class PeerTable {
    private static final String HEAD = """
            | system | class | events/s | lowest and highest | p50 ms | p99 ms | p99.9 ms | highest ms | its CPU s per million | generator's | its B allocated per event | not taken | blocked s | rounds | s each |
            | ------ | ----- | -------: | ------------------ | -----: | -----: | -------: | -----: | --------------------: | ----------: | ------------------------: | --------: | --------: | -----: | -----: |
            """;

    private PeerTable() {}

    /** The systems in the order in which they come. A row with a round whose events were not all there counts as 0. */
    static String of(List<PeerResult> results) {
        Map<String, List<PeerResult>> byPeer = results.stream()
                .collect(Collectors.groupingBy(PeerResult::peer, LinkedHashMap::new, Collectors.toList()));
        StringBuilder table = new StringBuilder(HEAD);
        byPeer.values().forEach(rounds -> table.append(row(rounds)));
        table.append('\n');
        byPeer.values().forEach(rounds -> table.append(note(rounds)));
        return table.toString();
    }

    private static String row(List<PeerResult> rounds) {
        PeerResult first = rounds.get(0);
        boolean isComplete = rounds.stream().allMatch(PeerResult::isComplete);
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %,d | %s | %d | %s |%n",
                first.peer(),
                first.durability(),
                isComplete ? number(median(rounds, PeerResult::eventsPerSecond)) : "0: MISMATCH",
                range(rounds, PeerResult::eventsPerSecond),
                number(median(rounds, PeerResult::p50Ms)),
                spread(rounds, PeerResult::p99Ms),
                spread(rounds, PeerResult::p999Ms),
                number(rounds.stream().mapToDouble(PeerResult::maxMs).max().orElse(0)),
                number(median(rounds, PeerResult::serverCpuSeconds)),
                number(median(rounds, PeerResult::generatorCpuSeconds)),
                first.allocatedBytes() < 0 ? "-" : number(median(rounds, PeerResult::allocatedBytes)),
                rounds.stream().mapToLong(PeerResult::notTaken).sum(),
                number(median(rounds, PeerResult::blockedSeconds)),
                rounds.size(),
                number(median(rounds, PeerResult::seconds)));
    }

    private static String spread(List<PeerResult> rounds, ToDoubleFunction<PeerResult> figure) {
        return number(median(rounds, figure)) + " (" + range(rounds, figure) + ")";
    }

    private static String range(List<PeerResult> rounds, ToDoubleFunction<PeerResult> figure) {
        double lowest = rounds.stream().mapToDouble(figure).min().orElse(0);
        double highest = rounds.stream().mapToDouble(figure).max().orElse(0);
        return number(lowest) + " to " + number(highest);
    }

    private static String note(List<PeerResult> rounds) {
        PeerResult first = rounds.get(0);
        StringBuilder note =
                new StringBuilder("- " + first.peer() + " " + first.version() + ": " + first.tuning() + ".");
        note.append(" It started with ")
                .append(range(rounds, PeerResult::freeMb))
                .append(" MB of memory that held nothing.");
        for (PeerResult round : rounds) {
            if (!round.isComplete() || round.refused() > 0 || round.unknown() > 0) {
                note.append(String.format(
                        Locale.ROOT,
                        " Round %d: %,d receipts, %,d refused, %,d unknown, %,d read back.",
                        round.round(),
                        round.receipts(),
                        round.refused(),
                        round.unknown(),
                        round.stored()));
            }
        }
        return note.append(dates(rounds)).append('\n').toString();
    }

    /** Rounds may be days apart: the header tells only when the last of them was. */
    private static String dates(List<PeerResult> rounds) {
        List<String> dates = rounds.stream().map(PeerResult::date).distinct().toList();
        return " Measured " + String.join(", ", dates) + " at `"
                + rounds.get(0).setting().commit() + "`.";
    }

    static double median(List<PeerResult> rounds, ToDoubleFunction<PeerResult> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String number(double value) {
        if (value >= 1_000) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
