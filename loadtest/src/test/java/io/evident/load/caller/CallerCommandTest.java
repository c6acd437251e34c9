package io.evident.load.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.load.sink.NullSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CallerCommandTest {
    private static String run(int expectedExitCode, String... args) {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            CommandLine command = new CommandLine(new CallerCommand());
            command.setExecutionExceptionHandler((problem, line, parsed) -> {
                assertThat(problem).isInstanceOf(IOException.class);
                return CommandLine.ExitCode.SOFTWARE;
            });
            assertThat(command.execute(args)).isEqualTo(expectedExitCode);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static String[] shortly(String tcp, String... more) {
        List<String> args = new ArrayList<>(List.of("--tcp", tcp, "--warmup", "0", "--seconds", "1", "--rounds", "1"));
        args.addAll(List.of(more));
        return args.toArray(new String[0]);
    }

    @Test
    void tellsWhatACallTakesAndWhatAllOfItCosts() throws IOException {
        try (NullSink sink = NullSink.start(0, 0)) {
            String tcp = "127.0.0.1:" + sink.tcpAddress().getPort();

            assertThat(run(0, shortly(tcp, "--linger-ms", "5")))
                    .contains(
                            "calls in a row     p50 ",
                            "bytes a call by the caller",
                            "client's thread",
                            "audit, in % of the process");
            assertThat(run(0, shortly(tcp, "--json")))
                    .startsWith("{\"callInRowMs\":{\"p50\":")
                    .contains("\"callAtRateMs\":{\"p50\":", "\"receiptMs\":{", "\"auditShareOfProcess\":[0.")
                    .doesNotContain("NaN", "Infinity");
        }
    }

    @Test
    void failsWhereNobodyListens() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        run(1, shortly("127.0.0.1:" + free));
    }

    @ParameterizedTest
    @CsvSource({
        "--tcp,nowhere",
        "--tier,safe",
        "--rate,0",
        "--work-us,0",
        "--work-us,501",
        "--seconds,0",
        "--seconds,3601",
        "--rounds,0",
        "--warmup,-1",
        "--linger-ms,-1",
        "--linger-ms,1001"
    })
    void refusesWhatCannotBeMeasured(String option, String value) {
        run(2, option, value);
    }
}
