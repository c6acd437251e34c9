package io.evident.server.command;

import io.evident.event.Tier;
import io.evident.server.ask.CommandFailure;
import io.evident.server.ask.HttpApi;
import io.evident.server.ask.Terminal;
import io.evident.server.config.HostPort;
import io.evident.server.json.JsonLine;
import io.evident.server.send.EventReader;
import io.evident.server.send.EventSender;
import io.evident.server.send.HttpSender;
import io.evident.server.send.Progress;
import io.evident.server.send.ReceiptFile;
import io.evident.server.send.SendFiles;
import io.evident.server.send.SendTally;
import io.evident.server.send.TcpSender;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends the events of files. */
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Send the events of a file, of all .json, .ndjson and .jsonl files of a directory (also .gz), or of"
                    + " standard input (-).",
            "Events without an id get a new one (UUIDv7) each time they are sent; give ids, and sending a file again"
                    + " stores nothing twice: duplicates count as success."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident send events.ndjson",
            "  evident send --format cloudtrail /var/log/cloudtrail",
            "  generate-events | evident send - --tier journaled",
            "  evident send events.json --http http://127.0.0.1:8480 --json --receipts receipts.ndjson",
            "",
            "Exit codes: 0 every event was accepted, 1 some were not, or the server could not be reached, 2 wrong usage."
        })
final class SendCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE|DIR|-", description = "What to send.")
    private String source;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "evident: an event, an array, or NDJSON, as the content shows. cloudtrail: AWS log files."
                    + " Default: evident.")
    private EventReader.Format format = EventReader.Format.EVIDENT;

    @ArgGroup
    private Server server = new Server();

    @Option(
            names = "--tier",
            paramLabel = "TIER",
            description = "Wait until events are accepted, journaled or synced. Default: synced.")
    private Tier tier = Tier.SYNCED;

    @Option(names = "--receipts", paramLabel = "FILE", description = "Write every receipt there, as NDJSON.")
    private Path receiptsFile;

    @Option(names = "--json", description = "Print the summary as JSON.")
    private boolean json;

    /** One of two ways in. */
    static final class Server {
        @Option(names = "--tcp", paramLabel = "HOST:PORT", description = "Send over TCP. Default: 127.0.0.1:8481.")
        private String tcp;

        @Option(names = "--http", paramLabel = "URL", description = "Send over HTTP instead: http://127.0.0.1:8480.")
        private URI http;
    }

    @Override
    public Integer call() throws CommandFailure {
        try (ReceiptFile receipts = receiptsFile == null ? null : new ReceiptFile(receiptsFile)) {
            List<Path> files = source.equals(STANDARD_INPUT) ? List.of() : SendFiles.find(Path.of(source));
            if (files.isEmpty() && !source.equals(STANDARD_INPUT)) {
                throw new CommandFailure(source + " has no .json, .ndjson or .jsonl file");
            }
            SendTally tally = new SendTally(receipts);
            Progress progress = new Progress(Terminal.forProgress(spec.commandLine()), sizeOf(files), tally);
            String failure = sendAll(files, tally, progress);
            double seconds = progress.end();
            print(tally, Math.max(1, files.size()), seconds);
            if (failure != null) {
                throw new CommandFailure(failure);
            }
            return tally.refused() == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        } catch (IOException e) {
            throw new CommandFailure(e.getMessage(), e);
        }
    }

    private static long sizeOf(List<Path> files) throws IOException {
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    /** Sends everything; returns why it had to stop before the end, or {@code null}. */
    private String sendAll(List<Path> files, SendTally tally, Progress progress) {
        try (EventSender sender = connect(tally)) {
            if (files.isEmpty()) {
                sendFile("standard input", progress.count(System.in), sender, tally, progress);
            }
            for (Path file : files) {
                sendFile(file.toString(), progress.count(Files.newInputStream(file)), sender, tally, progress);
            }
            sender.finish(progress::tick);
            return null;
        } catch (IOException e) {
            return "stopped before the end: " + describe(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private static String describe(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private void sendFile(String name, InputStream in, EventSender sender, SendTally tally, Progress progress)
            throws IOException, InterruptedException {
        try (EventReader reader = EventReader.open(name, in, format)) {
            for (EventReader.Item item = reader.next(); item != null; item = reader.next()) {
                if (item.refusal() != null) {
                    tally.refusal(item.place(), item.refusal());
                } else {
                    sender.send(item.event());
                }
                progress.tick();
            }
        }
    }

    private EventSender connect(SendTally tally) throws IOException, InterruptedException {
        if (server.http != null) {
            return new HttpSender(HttpApi.requireUrl(server.http, spec), tier, tally);
        }
        HostPort address = HostPort.parse(server.tcp == null ? "127.0.0.1:8481" : server.tcp);
        if (address == null) {
            throw new ParameterException(spec.commandLine(), "--tcp has to be HOST:PORT, for example 127.0.0.1:8481");
        }
        return TcpSender.connect(address.host(), address.port(), tier, tally);
    }

    private void print(SendTally tally, int files, double seconds) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonLine.of(tally.summary(files, seconds)));
        } else {
            tally.lines(files, seconds).forEach(out::println);
        }
        out.flush();
    }
}
