package io.evident.load.sink;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code evident load sink}: a server that keeps nothing, to measure the generator by itself. */
@Command(
        name = "sink",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Serves on the loopback, answers every event with a receipt at once and keeps nothing: what the"
                + " generator reaches against it is the generator's own limit.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident load sink --tcp 8491 --http 8490",
            "  evident load --tcp 127.0.0.1:8491                in another shell",
            "",
            "It serves until it is stopped.",
            "Exit code: 0 when it was stopped, 1 when it cannot listen, 2 for wrong usage."
        })
public final class SinkCommand implements Callable<Integer> {
    private static final int HIGHEST_PORT = 65_535;

    @Option(names = "--tcp", defaultValue = "8491", description = "port of TCP, 0 for any (${DEFAULT-VALUE})")
    private int tcp;

    @Option(names = "--http", defaultValue = "8490", description = "port of HTTP, 0 for any (${DEFAULT-VALUE})")
    private int http;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (tcp < 0 || tcp > HIGHEST_PORT || http < 0 || http > HIGHEST_PORT) {
            System.err.println("evident load sink: a port is 0 to " + HIGHEST_PORT);
            return CommandLine.ExitCode.USAGE;
        }
        try (NullSink sink = NullSink.start(tcp, http)) {
            System.out.println("sink ready http=127.0.0.1:" + sink.httpAddress().getPort() + " tcp=127.0.0.1:"
                    + sink.tcpAddress().getPort());
            sink.await();
        }
        return CommandLine.ExitCode.OK;
    }
}
