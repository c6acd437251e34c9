package io.evident.server.command;

import io.evident.server.config.ServerConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** One run of the command line within a test. */
record CommandLineRun(int exitCode, String out, String err) {
    static CommandLineRun of(String... args) {
        return of(CommandLineRun::noServer, args);
    }

    static CommandLineRun of(ServerLauncher launcher, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = EvidentCommand.commandLine(launcher)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        int exitCode = line.execute(args);
        return new CommandLineRun(exitCode, out.toString(), err.toString());
    }

    private static RunningServer noServer(ServerConfig config) throws IOException {
        throw new IOException("this test has no server");
    }
}
