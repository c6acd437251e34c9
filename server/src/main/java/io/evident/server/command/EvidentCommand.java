package io.evident.server.command;

import io.evident.server.ask.CommandFailure;
import io.evident.server.ask.CountCommand;
import io.evident.server.ask.ExportCommand;
import io.evident.server.ask.QueryCommand;
import io.evident.server.ask.RetentionCommand;
import io.evident.server.ask.ShardsCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command above all others. */
@Command(
        name = "evident",
        mixinStandardHelpOptions = true,
        versionProvider = EvidentVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "A security audit event pipeline: send events, keep them safe, find them again.",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident serve                          serve on this machine, data in ./data",
            "  evident send events.ndjson             send a file of events over TCP",
            "  evident query --tenant acme            the newest events of a tenant",
            "  evident count --by action              how many of what",
            "  evident export --tenant acme -o FILE   all of them, to a file",
            "",
            "evident COMMAND --help says more, with examples. Exit codes everywhere:",
            "0 done, 1 failed or not all accepted, 2 wrong usage or configuration, 3 Evident itself failed.",
            "evident load --help: the load generator, and tools that check receipts."
        })
public final class EvidentCommand implements Runnable {
    /** Of what should not have happened, so that nobody takes it for an answer. The JVM ends with it for want of memory. */
    private static final int FAULT = 3;

    @Spec
    private CommandSpec spec;

    /** The whole command line, to be executed once. */
    public static CommandLine commandLine(ServerLauncher launcher) {
        CommandLine line = new CommandLine(new EvidentCommand());
        line.addSubcommand("serve", new ServeCommand(launcher));
        line.addSubcommand("send", new SendCommand());
        line.addSubcommand("query", new QueryCommand());
        line.addSubcommand("count", new CountCommand());
        line.addSubcommand("export", new ExportCommand());
        line.addSubcommand("tail", new TailCommand());
        line.addSubcommand("shards", new ShardsCommand());
        line.addSubcommand("retention", new RetentionCommand());
        line.addSubcommand("doctor", new DoctorCommand());
        line.addSubcommand("verify", new VerifyCommand());
        line.addSubcommand("help", new HelpCommand());
        line.setExecutionStrategy(EvidentCommand::run);
        line.setExecutionExceptionHandler(EvidentCommand::failed);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** Hands on errors, too, to {@link #failed}: else the JVM would end with exit code 1. */
    private static int run(CommandLine.ParseResult parsed) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (Error e) {
            CommandLine line = parsed.asCommandLineList().get(0);
            throw new CommandLine.ExecutionException(line, e.toString(), e);
        }
    }

    /** What a user can act on is told in a line; only what should not have happened shows a stack trace. */
    private static int failed(Exception failure, CommandLine line, CommandLine.ParseResult result) {
        PrintWriter err = line.getErr();
        boolean expected = failure instanceof CommandFailure;
        String message = expected ? failure.getMessage() : failure.toString();
        err.println(line.getColorScheme().errorText("evident: " + message));
        if (!expected) {
            failure.printStackTrace(err);
        }
        err.flush();
        return expected ? CommandLine.ExitCode.SOFTWARE : FAULT;
    }
}
