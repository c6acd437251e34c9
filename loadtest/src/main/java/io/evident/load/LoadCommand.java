package io.evident.load;

import io.evident.load.caller.CallerCommand;
import io.evident.load.follow.FollowersCommand;
import io.evident.load.intake.EarlyEnd;
import io.evident.load.ledger.CheckCommand;
import io.evident.load.ledger.RecordCommand;
import io.evident.load.options.EventOptions;
import io.evident.load.options.JudgeOptions;
import io.evident.load.options.TrafficOptions;
import io.evident.load.peer.PeersCommand;
import io.evident.load.report.JsonLine;
import io.evident.load.report.ReportFileCommand;
import io.evident.load.report.ReportPage;
import io.evident.load.report.RunRow;
import io.evident.load.search.SearchCommand;
import io.evident.load.sink.SinkCommand;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code evident load}: offers events to a running server over TCP or HTTP and prints what came back. */
@Command(
        name = "evident load",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {
            RecordCommand.class,
            CheckCommand.class,
            ForceCommand.class,
            AppendCommand.class,
            CallerCommand.class,
            PeersCommand.class,
            SearchCommand.class,
            FollowersCommand.class,
            SinkCommand.class,
            ReportFileCommand.class
        },
        description =
                "Sends generated or real events to a running Evident server over TCP or HTTP and prints rate and latency.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident load --seconds 20                        as fast as 4 connections can, SYNCED",
            "  evident load --tier journaled --batch 1 --rate 50000",
            "  evident load --cloudtrail DIR                    real CloudTrail records, each sending a new id",
            "",
            "It ends by itself after --seconds, or on SIGTERM, and says what it did until then.",
            "Latency: with --rate from the intended send time of a frame, else from its real one.",
            "Exit code: 0 when every answer came and none was a refusal or unknown (with --pass: when the criteria are met), and what",
            "was read back is what the receipts say; 1 otherwise, 2 for wrong usage."
        })
public final class LoadCommand implements Callable<Integer> {
    @Mixin
    private TrafficOptions traffic;

    @Mixin
    private EventOptions events;

    @Mixin
    private JudgeOptions judge;

    /** Starts the command. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command with all its parts. What cannot be done is said in a line; what should not happen keeps its trace. */
    static CommandLine commandLine() {
        return new CommandLine(new LoadCommand()).setExecutionExceptionHandler((problem, command, parsed) -> {
            if (!(problem instanceof IOException || problem instanceof SQLException)) {
                throw problem;
            }
            String message = problem instanceof FileSystemException ? problem.toString() : problem.getMessage();
            System.err.println(command.getCommandSpec().qualifiedName() + ": " + message);
            return CommandLine.ExitCode.SOFTWARE;
        });
    }

    @Override
    public Integer call() {
        String problem = traffic.problem();
        problem = problem == null ? events.problem() : problem;
        problem = problem == null ? judge.problem() : problem;
        if (problem != null) {
            System.err.println("evident load: " + problem);
            return CommandLine.ExitCode.USAGE;
        }
        try (EarlyEnd end = EarlyEnd.listen()) {
            return offer(end);
        } catch (IOException e) {
            System.err.println("evident load: " + (e instanceof FileSystemException ? e.toString() : e.getMessage()));
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private int offer(EarlyEnd end) throws IOException {
        boolean onTerminal = Boolean.getBoolean("evident.terminal") && !judge.json();
        OneRun run = new OneRun(traffic, events, judge);
        RunRow row = run.carryOut(onTerminal ? LoadCommand::showProgress : (w, r, s) -> {}, end::isTold);
        if (onTerminal) {
            System.err.print("\r\u001b[K");
        }
        String line = JsonLine.of(row.json());
        if (judge.report() != null) {
            JsonTree told = JsonTree.parse(line.getBytes(StandardCharsets.UTF_8));
            Files.writeString(judge.report(), ReportPage.html("Evident load test", Map.of(), List.of(told)));
        }
        System.out.println(judge.json() ? line : run.text() + System.lineSeparator() + row.text());
        row.failures().forEach(failure -> System.err.println("evident load: " + failure));
        return row.passes() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static void showProgress(boolean warmingUp, long receipts, double seconds) {
        System.err.printf(
                "\r%s %5.1f s  %,d receipts  %,.0f/s\u001b[K",
                warmingUp ? "warming up" : "measuring ", seconds, receipts, receipts / seconds);
    }
}
