package io.evident.load.search;

import io.evident.load.search.Samples.Sample;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What all rounds of one question to one system in one state come to. Each has an answer at the least. Immutable. */
record Rounds(List<Samples> rounds) {
    static final String EVIDENT = "evident";
    static final String POSTGRES = "postgres";

    /** Those of one system and state, of samples of one mode. */
    static Rounds of(String system, boolean intake, Question question, List<Samples> samples) {
        Predicate<Samples.Key> wanted =
                key -> key.system().equals(system) && key.intake() == intake && key.question() == question;
        return new Rounds(samples.stream()
                .filter(each -> wanted.test(each.key()) && !each.all().isEmpty())
                .toList());
    }

    boolean isEmpty() {
        return rounds.isEmpty();
    }

    /** The percentile of each round in milliseconds, ascending. */
    double[] sortedMs(double percentile) {
        return rounds.stream()
                .mapToDouble(each -> each.latency().getValueAtPercentile(percentile) / 1e6)
                .sorted()
                .toArray();
    }

    /** The median of the rounds' percentiles in milliseconds; the higher one of two. There must be a round. */
    double ms(double percentile) {
        double[] sorted = sortedMs(percentile);
        return sorted[sorted.length / 2];
    }

    long asked() {
        return rounds.stream().mapToLong(each -> each.all().size()).sum();
    }

    /** The median of the answers' rows. There must be a round. */
    int rows() {
        int[] rows = samples().mapToInt(each -> each.answer().rows()).sorted().toArray();
        return rows[rows.length / 2];
    }

    /** The share of answers from the cache, 0 to 1. */
    double fromCache() {
        return samples()
                .mapToInt(each -> each.answer().fromCache() ? 1 : 0)
                .average()
                .orElse(0);
    }

    private Stream<Sample> samples() {
        return rounds.stream().flatMap(each -> each.all().stream());
    }
}
