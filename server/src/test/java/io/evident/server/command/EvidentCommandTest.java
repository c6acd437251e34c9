package io.evident.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class EvidentCommandTest {
    @ParameterizedTest
    @ValueSource(strings = {"serve", "send", "query", "tail", "doctor", "verify"})
    void helpsWithExamplesAndExitCodesAndOffersJson(String command) {
        CommandLineRun run = CommandLineRun.of(command, "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Examples:", "Exit codes:", "--json", "evident " + command);
        assertThat(run.err()).isEmpty();
    }

    @Test
    void listsItsCommands() {
        assertThat(CommandLineRun.of("--help").out())
                .contains("serve", "send", "query", "tail", "doctor", "verify", "Exit codes");
    }

    @Test
    void namesTheLoadGeneratorThatTheLauncherAdds() {
        assertThat(CommandLineRun.of("--help").out()).contains("evident load --help");
    }

    /** Fails as no command should. */
    @Command(name = "fault")
    static final class Fault implements Callable<Integer> {
        @Option(names = "--error")
        private boolean error;

        @Override
        public Integer call() {
            if (error) {
                throw new StackOverflowError("the fault");
            }
            throw new IllegalStateException("the fault");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fault", "fault --error"})
    void endsWithItsOwnExitCodeWhenEvidentItselfFails(String args) {
        StringWriter err = new StringWriter();
        CommandLine line = EvidentCommand.commandLine(config -> null)
                .addSubcommand("fault", new Fault())
                .setErr(new PrintWriter(err));

        assertThat(line.execute(args.split(" "))).isEqualTo(3);
        assertThat(err.toString())
                .contains("evident: ", "the fault", "at " + getClass().getName());
    }

    @Test
    void tellsItsVersion() {
        CommandLineRun run = CommandLineRun.of("--version");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("evident ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|a command is missing",
                "sevre|Did you mean: ",
                "send|Missing required parameter",
                "send x --tier often|--tier",
                "send x --tcp localhost:1 --http http://x|mutually exclusive",
                "query --limit 0|--limit has to be at least 1",
                "query --limit 5 --all|exclude each other",
                "query --id 5|--id",
                "query --http localhost:8480|--http has to be a URL",
                "serve --prt 5|--prt",
            })
    void refusesWrongUsageWithExitCode2AndSaysWhatIsWrong(String args, String message) {
        CommandLineRun run = CommandLineRun.of(args == null ? new String[0] : args.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(message);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void endsServeWithExitCode2AndTheProblemsWhenTheConfigurationIsWrong(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(dir.resolve("c.yaml"), "shards: 0\n");

        CommandLineRun run = CommandLineRun.of(
                "serve", "--config", file.toString(), "--http", "0.0.0.0:1", "--set", "logging.level=loud");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("the configuration is refused", "c.yaml:1: shards is '0'", "--set logging.level");
    }

    @Test
    void tellsInOneLineThatAFileIsMissing() {
        CommandLineRun run = CommandLineRun.of("send", "no-such-file.json");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().trim()).isEqualTo("evident: there is no file or directory no-such-file.json");
    }

    @Test
    void tellsInOneLineThatThereIsNoServer() {
        CommandLineRun run = CommandLineRun.of("query", "--http", "http://127.0.0.1:1");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().trim())
                .startsWith("evident: cannot reach http://127.0.0.1:1")
                .doesNotContain("\n");
    }
}
