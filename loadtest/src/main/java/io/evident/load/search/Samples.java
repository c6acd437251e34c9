package io.evident.load.search;

import io.evident.load.search.SearchSystem.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * What one system answered to one question in one round, asking by asking, and how long each took. A file of its own keeps
 * them, so that turns of different systems, each a process, can be compared afterwards. Not thread-safe.
 */
final class Samples {
    private static final long HIGHEST_NS = 600_000_000_000L;
    private static final int DIGITS = 3;
    private static final String BETWEEN = "\t";
    private static final String SUFFIX = ".samples";
    private static final String INTAKE = "intake";
    private static final String ALONE = "alone";

    private final Key key;
    private final List<Sample> samples = new ArrayList<>();

    /**
     * What the samples are of.
     *
     * @param mode {@code warm}, {@code cold} or {@code cached}
     * @param system {@code evident} or {@code postgres}
     * @param intake whether the system took events in meanwhile
     * @param round from 1
     */
    record Key(String mode, String system, boolean intake, Question question, int round) {
        private static Key ofFileName(String name) {
            String[] parts = name.split("_", -1);
            return new Key(
                    parts[0], parts[1], parts[2].equals(INTAKE), Question.ofText(parts[3]), Integer.parseInt(parts[4]));
        }

        private String fileName() {
            return String.join("_", mode, system, intake ? INTAKE : ALONE, question.text(), String.valueOf(round));
        }
    }

    /** One asking: the n-th of its question. */
    record Sample(long n, long latencyNs, Answer answer) {}

    Samples(Key key) {
        this.key = key;
    }

    Key key() {
        return key;
    }

    void add(long n, long latencyNs, Answer answer) {
        samples.add(new Sample(n, latencyNs, answer));
    }

    List<Sample> all() {
        return samples;
    }

    /** The latencies in nanoseconds. */
    Histogram latency() {
        Histogram histogram = new Histogram(HIGHEST_NS, DIGITS);
        samples.forEach(sample -> histogram.recordValue(Math.min(sample.latencyNs(), HIGHEST_NS)));
        return histogram;
    }

    /** Writes them to a file of the directory. */
    void write(Path directory) throws IOException {
        Files.write(
                directory.resolve(key.fileName() + SUFFIX),
                samples.stream().map(Samples::line).toList());
    }

    private static String line(Sample sample) {
        return sample.n()
                + BETWEEN
                + sample.latencyNs()
                + BETWEEN
                + sample.answer().rows()
                + BETWEEN
                + sample.answer().fingerprint()
                + BETWEEN
                + sample.answer().fromCache();
    }

    /** Reads what all turns wrote to a directory. */
    static List<Samples> readAll(Path directory) throws IOException {
        List<Samples> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                if (file.toString().endsWith(SUFFIX)) {
                    all.add(read(file));
                }
            }
        }
        return all;
    }

    private static Samples read(Path file) throws IOException {
        String name = file.getFileName().toString();
        Samples read = new Samples(Key.ofFileName(name.substring(0, name.length() - SUFFIX.length())));
        for (String line : Files.readAllLines(file)) {
            String[] values = line.split(BETWEEN, -1);
            Answer answer =
                    new Answer(Integer.parseInt(values[2]), Long.parseLong(values[3]), Boolean.parseBoolean(values[4]));
            read.add(Long.parseLong(values[0]), Long.parseLong(values[1]), answer);
        }
        return read;
    }
}
