package io.evident.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code loadtest/run} with a program in Evident's place that notes how it is called. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class RunScriptTest {
    private static final String PROGRAM = """
            #!/bin/bash
            directory=$(dirname "$0")
            printf '%s\\n' "$*" >>"$directory/calls"
            case "$*" in
              serve*)
                echo "$$" >>"$directory/pids"
                [ ! -f "$directory/stubborn" ] || trap '' TERM
                echo 'evident ready http=127.0.0.1:1 tcp=127.0.0.1:2'
                exec sleep 300
                ;;
              'load --help' | 'load report'*) ;;
              load*)
                if [ -f "$directory/stubborn" ]; then
                  trap '' TERM
                  echo "$$" >>"$directory/pids"
                  exec sleep 300
                fi
                echo '{"eventsPerSecond":1000,"latencyMs":{"p50":1,"p99":1,"p99.9":1}}'
                case "$*" in *'--name saturation '*) [ ! -f "$directory/failing" ] || exit 1 ;; esac
                ;;
            esac
            """;

    @TempDir
    private Path directory;

    private Process start(String... arguments) throws IOException {
        Path program = Files.writeString(directory.resolve("evident"), PROGRAM);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        List<String> command = new ArrayList<>(List.of("bash", "run"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--out", directory.resolve("out").toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("printed").toFile());
        builder.environment().put("EVIDENT", program.toString());
        return builder.start();
    }

    private int run(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private List<String> calls(String begin) throws IOException {
        return Files.readAllLines(directory.resolve("calls")).stream()
                .filter(call -> call.contains(begin))
                .toList();
    }

    private static int option(String name, String call) {
        Matcher value = Pattern.compile(" " + name + " (\\d+)").matcher(call);
        assertThat(value.find()).as(call).isTrue();
        return Integer.parseInt(value.group(1));
    }

    @Test
    void theLoadBesideLastsLongerThanThePoint() throws Exception {
        Path old = directory.resolve("out/1-old.json");
        Files.createDirectories(old.getParent());
        Files.writeString(old, "{}");

        assertThat(run("critical-overload", "--seconds", "70", "--warmup", "3")).isZero();

        String point = calls("--name critical ").get(0);
        String beside = calls("--name critical-beside ").get(0);
        assertThat(option("--seconds", point)).isEqualTo(70);
        assertThat(option("--warmup", point)).isEqualTo(3);
        assertThat(option("--rate", beside)).isEqualTo(10_000);
        assertThat(option("--warmup", beside)).isEqualTo(3);
        assertThat(option("--seconds", beside)).isGreaterThan(75);
        assertThat(calls("load report"))
                .singleElement()
                .asString()
                .contains("1-critical.json", "1-critical-beside.json", "1-saturation.json")
                .doesNotContain("1-old.json");
        assertThat(directory.resolve("out/1-critical.server.log")).exists();
        assertThat(directory.resolve("out/1-saturation.server.log")).exists();
    }

    @Test
    void pointsAtAShareOfASaturationThatFailedAreLeftOutAndListed() throws Exception {
        Files.createFile(directory.resolve("failing"));

        assertThat(run("rate-sweep", "--repeat", "2", "--only", "share-0[15]0")).isEqualTo(1);

        assertThat(calls("--name ")).hasSize(2).allMatch(call -> call.contains("--name saturation "));
        assertThat(calls("load report"))
                .singleElement()
                .asString()
                .contains("points without a result= 1-share-010 1-share-050 2-share-010 2-share-050");
    }

    @Test
    void aSignalEndsWhateverRunsEvenWhatDoesNotWantTo() throws Exception {
        Files.createFile(directory.resolve("stubborn"));
        Process process = start("rate-sweep", "--only", "saturation");
        Path pids = directory.resolve("pids");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Files.exists(pids) && Files.readAllLines(pids).size() == 2);

        process.destroy();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(143);
        assertThat(Files.readAllLines(pids))
                .hasSize(2)
                .noneMatch(pid -> ProcessHandle.of(Long.parseLong(pid)).isPresent());
    }
}
