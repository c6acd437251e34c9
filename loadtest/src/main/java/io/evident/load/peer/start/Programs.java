package io.evident.load.peer.start;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** Programs that are installed on this machine. Stateless. */
public final class Programs {
    private Programs() {}

    /** Where a program is, or {@code null}. */
    public static Path find(String name) {
        Stream<String> places = Stream.concat(
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)),
                Stream.of("/usr/sbin", "/usr/local/sbin"));
        return places.filter(place -> !place.isEmpty())
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** What stands behind a mark, up to the next blank, in what a program says of itself. */
    public static String version(Path program, String option, String mark) throws IOException {
        Process process = new ProcessBuilder(program.toString(), option)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int at = said.indexOf(mark);
        return at < 0 ? said.strip() : said.substring(at + mark.length()).split("\\s", 2)[0];
    }
}
