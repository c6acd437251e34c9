package io.evident.server;

import io.evident.server.command.EvidentCommand;
import io.evident.server.demo.DemoCommand;
import picocli.CommandLine;

/** The main class. */
public final class Evident {
    private Evident() {}

    /** Runs a command line and ends the process with its exit code. */
    public static void main(String[] args) {
        CommandLine line = EvidentCommand.commandLine(EvidentServer::start)
                .addSubcommand("demo", new DemoCommand(EvidentServer::start));
        System.exit(line.execute(args));
    }
}
