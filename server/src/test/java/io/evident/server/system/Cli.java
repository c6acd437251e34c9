package io.evident.server.system;

import io.evident.server.command.EvidentCommand;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** One run of a command within the test's own process. */
record Cli(int exitCode, String out, String err) {
    static Cli run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = EvidentCommand.commandLine(config -> {
                    throw new IOException("this command starts no server");
                })
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        int exitCode = line.execute(args);
        return new Cli(exitCode, out.toString(), err.toString());
    }

    /** Standard output, which has to be one JSON value. */
    JsonTree json() throws IOException {
        return JsonTree.parse(out.getBytes(StandardCharsets.UTF_8));
    }
}
