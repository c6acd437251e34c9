package io.evident.server;

import io.evident.server.command.EvidentCommand;

/** The main class. */
public final class Evident {
    private Evident() {}

    /** Runs a command line and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(EvidentCommand.commandLine(EvidentServer::start).execute(args));
    }
}
