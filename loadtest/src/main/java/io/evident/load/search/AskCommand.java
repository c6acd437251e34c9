package io.evident.load.search;

import io.evident.load.search.SearchSystem.Answer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code evident load search ask}: one system's turn: asks every question many times, and writes every answer down. */
@Command(
        name = "ask",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Asks one system all questions, one after the other over one connection, each as often as --samples and"
                    + " --seconds allow. Latency counts from the asking until the answer is read.",
            "warm: the same is asked before, unmeasured, with its earliest time moved by microseconds: the same"
                    + " pages are read, and no answer comes from a cache. cold: what was not asked before, each after"
                    + " --before-each. cached: what was asked just before, unchanged.",
            "Both systems are asked the same in the same round and state, which is with intake or alone; in the other"
                    + " state it is something else, so that no answer is at hand from there."
        },
        footerHeading = "%nExit code: 0 all was answered, 1 otherwise, 2 for wrong usage.%n")
final class AskCommand implements Callable<Integer> {
    /** Cold askings are drawn behind all warm ones. */
    private static final long FIRST_COLD = 1_000_000;
    /** Asked before cold ones, and behind them, so that the programs themselves are warm. */
    private static final long FIRST_PRACTICE = 1_000;

    private static final int PRACTICE = 200;
    private static final long PRACTICE_NS = TimeUnit.SECONDS.toNanos(10);
    /** Cached askings are told from warm ones by their earliest time. */
    private static final int CACHED_PASSES = 1_000;
    /** What is asked for more seldom than what is kept is not kept at first: so often it is asked for again. */
    private static final int CACHED_AGAIN = 4;

    /** The state in which the answers' bytes are found. */
    enum Mode {
        WARM,
        COLD,
        CACHED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The mode of a {@link #text}, or {@code null}. */
        static Mode ofText(String text) {
            return Arrays.stream(values())
                    .filter(mode -> mode.text().equals(text))
                    .findFirst()
                    .orElse(null);
        }
    }

    @Mixin
    private DataSetOptions dataSet;

    @ArgGroup(multiplicity = "1")
    private Place place;

    /** Who is asked. */
    static final class Place {
        @Option(names = "--http", paramLabel = "URL", description = "an Evident server")
        private URI http;

        @Option(names = "--postgres", paramLabel = "URL", description = "jdbc:postgresql://HOST:PORT/DB?user=NAME")
        private String postgres;

        String name() {
            return http != null ? "evident" : "postgres";
        }

        SearchSystem open() throws IOException {
            return http != null ? new EvidentSystem(http) : new PostgresSystem(postgres);
        }
    }

    @Option(
            names = "--mode",
            defaultValue = "warm",
            paramLabel = "MODE",
            description = "warm, cold or cached (${DEFAULT-VALUE})")
    private String modeText;

    @Option(
            names = "--questions",
            split = ",",
            paramLabel = "NAME",
            description = "by-id, actor, action, resource, page, deep-page, count, histogram, nothing; all by default")
    private List<String> questions;

    @Option(names = "--round", defaultValue = "1", description = "number of the round (${DEFAULT-VALUE})")
    private int round;

    @Option(
            names = "--with-intake",
            description = "the system takes events in meanwhile, which is noted; what puts them in runs elsewhere")
    private boolean withIntake;

    @Option(names = "--samples", defaultValue = "400", description = "askings of each question (${DEFAULT-VALUE})")
    private int samples;

    @Option(names = "--seconds", defaultValue = "20", description = "longest for each question (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--deep", paramLabel = "FILE", description = "places that 'evident load search deep' wrote")
    private Path deep;

    @Option(
            names = "--before-each",
            paramLabel = "COMMAND",
            description = "run by sh before each measured asking, for cold ones to empty the page cache")
    private String beforeEach;

    @Option(
            names = "--before-cold",
            paramLabel = "COMMAND",
            description = "run by sh before each question's cold askings, after practice; the connection is made anew")
    private String beforeCold;

    @Option(names = "--results", required = true, paramLabel = "DIR", description = "where the answers are kept")
    private Path results;

    private Mode mode;
    private QuestionPicker picker;
    private SearchSystem system;

    @Override
    public Integer call() throws IOException, InterruptedException {
        mode = Mode.ofText(modeText);
        picker = new QuestionPicker(
                dataSet.dataSet(), dataSet.seed(), deep == null ? List.of() : DeepPlace.readAll(deep));
        List<Question> asked = asked();
        if (mode == null || asked.contains(null) || samples < 1 || seconds < 1 || round < 1) {
            System.err.println("evident load search ask: --mode is warm, cold or cached; --questions are " + names()
                    + "; --samples, --seconds and" + " --round are at least 1");
            return CommandLine.ExitCode.USAGE;
        }
        Files.createDirectories(results);
        system = place.open();
        try {
            for (Question question : asked) {
                Samples measured = new Samples(new Samples.Key(mode.text(), place.name(), withIntake, question, round));
                switch (mode) {
                    case WARM -> warm(measured);
                    case COLD -> cold(measured);
                    case CACHED -> cached(measured);
                }
                measured.write(results);
                say(measured);
            }
        } finally {
            system.close();
        }
        return CommandLine.ExitCode.OK;
    }

    private List<Question> asked() {
        if (questions != null) {
            return questions.stream().map(Question::ofText).toList();
        }
        List<Question> all = new ArrayList<>(Arrays.asList(Question.values()));
        if (deep == null) {
            all.remove(Question.DEEP_PAGE);
        }
        if (mode == Mode.CACHED) {
            // One event by its id is looked up anew each time.
            all.remove(Question.BY_ID);
        }
        return all;
    }

    private static List<String> names() {
        return Arrays.stream(Question.values()).map(Question::text).toList();
    }

    /** Numbers the rounds in both states from 0: what is asked in one turn is not asked in another. */
    private int turn() {
        return 2 * (round - 1) + (withIntake ? 0 : 1);
    }

    private void warm(Samples measured) throws IOException {
        Question question = measured.key().question();
        int pass = 2 * (1 + turn());
        // What was not asked in the first pass is not warm in the second.
        long warmed = pass(question, pass, samples, null);
        pass(question, pass + 1, warmed, measured);
    }

    /** Asks everything once; returns how much was asked when time was up. */
    private long pass(Question question, int pass, long most, Samples measured) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        long n = 0;
        while (n < most && System.nanoTime() - end < 0) {
            askOne(asking(question, pass, n), n, measured);
            n++;
        }
        return n;
    }

    /**
     * No two askings are the same, also where there are few things to ask about. Pages behind a row cannot be moved; there
     * should be enough of them for every pass to have its own.
     */
    private Asking asking(Question question, int pass, long n) {
        return question == Question.DEEP_PAGE
                ? picker.pick(question, (long) pass * samples + n)
                : picker.pick(question, n).movedBy((long) pass * samples + n);
    }

    private void cold(Samples measured) throws IOException, InterruptedException {
        Question question = measured.key().question();
        long endOfPractice = System.nanoTime() + PRACTICE_NS;
        for (long n = 0; n < PRACTICE && System.nanoTime() - endOfPractice < 0; n++) {
            askOne(coldAsking(question, FIRST_PRACTICE + (long) turn() * PRACTICE + n), n, null);
        }
        if (beforeCold != null) {
            system.close();
            run(beforeCold);
            system = place.open();
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        long first = (long) turn() * samples;
        for (long n = first; n < first + samples && System.nanoTime() - end < 0; n++) {
            if (beforeEach != null) {
                run(beforeEach);
            }
            askOne(coldAsking(question, n), n, measured);
        }
    }

    /** Warm rounds leave the deep pages of their first two passes to cold ones. */
    private Asking coldAsking(Question question, long n) {
        return question == Question.DEEP_PAGE
                ? picker.pick(question, n)
                : picker.pick(question, FIRST_COLD + n).movedBy(n);
    }

    private static void run(String command) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IOException("'" + command + "' ended with " + exit);
        }
    }

    /** Each is asked again until it comes from the cache, which is the one time that counts. */
    private void cached(Samples measured) throws IOException {
        Question question = measured.key().question();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (long n = 0; n < samples && System.nanoTime() - end < 0; n++) {
            Asking asking = asking(question, CACHED_PASSES + turn(), n);
            boolean fromCache = askOne(asking, n, null);
            for (int again = 0; again < CACHED_AGAIN && !fromCache; again++) {
                fromCache = askOne(asking, n, measured);
            }
        }
    }

    /** Returns whether the answer came from the cache. */
    private boolean askOne(Asking asking, long n, Samples measured) throws IOException {
        long beginTick = System.nanoTime();
        Answer answer = system.ask(asking);
        long latencyNs = System.nanoTime() - beginTick;
        if (measured != null && (mode != Mode.CACHED || answer.fromCache())) {
            measured.add(n, latencyNs, answer);
        }
        return answer.fromCache();
    }

    private void say(Samples measured) {
        Histogram latency = measured.latency();
        System.err.printf(
                Locale.ROOT,
                "  %s %s %s, round %d: %-10s p50 %8.3f ms  p95 %8.3f  p99 %8.3f  max %8.3f  (%d)%n",
                place.name(),
                mode.text(),
                withIntake ? "with intake" : "alone",
                round,
                measured.key().question().text(),
                latency.getValueAtPercentile(50) / 1e6,
                latency.getValueAtPercentile(95) / 1e6,
                latency.getValueAtPercentile(99) / 1e6,
                latency.getMaxValue() / 1e6,
                latency.getTotalCount());
    }
}
