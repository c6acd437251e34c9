package io.evident.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.load.options.EventOptions;
import io.evident.load.options.JudgeOptions;
import io.evident.load.options.TrafficOptions;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every point of every scenario is one that 'evident load' can carry out. */
class ScenariosTest {
    /** The options of the load command by themselves: to carry one out would take minutes. */
    @CommandLine.Command
    private static final class Options {
        @CommandLine.Mixin
        private TrafficOptions traffic;

        @CommandLine.Mixin
        private EventOptions events;

        @CommandLine.Mixin
        private JudgeOptions judge;
    }

    static Stream<Path> scenarios() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("scenarios"))) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void eachPointCanBeCarriedOut(Path scenario) throws IOException {
        Properties lines = new Properties();
        try (Reader reader = Files.newBufferedReader(scenario)) {
            lines.load(reader);
        }
        assertThat(lines.getProperty("about")).isNotBlank();
        List<String> points = lines.stringPropertyNames().stream()
                .filter(name -> name.startsWith("point.") || name.startsWith("beside."))
                .toList();
        assertThat(points).isNotEmpty();
        for (String point : points) {
            check(scenario + " " + point, lines.getProperty("common") + " " + lines.getProperty(point));
        }
    }

    private static void check(String what, String line) {
        Options options = new Options();
        // As the script does it: shares become rates, and of an option that comes twice the last counts.
        String[] words = line.replaceAll("@\\d+%", "1000").trim().split("\\s+", -1);
        CommandLine command = new CommandLine(options).setOverwrittenOptionsAllowed(true);
        command.parseArgs(Stream.concat(Stream.of("--http", "http://127.0.0.1:1"), Arrays.stream(words))
                .toArray(String[]::new));
        assertThat(options.traffic.problem()).as(what).isNull();
        assertThat(options.events.problem()).as(what).isNull();
        assertThat(options.judge.problem()).as(what).isNull();
    }
}
