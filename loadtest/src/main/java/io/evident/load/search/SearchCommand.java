package io.evident.load.search;

import io.evident.load.intake.IntakeCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code evident load search}: the parts of the comparison that {@code loadtest/search-note.sh} carries out. */
@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        subcommands = {
            FillCommand.class,
            PostgresCommand.class,
            DeepCommand.class,
            AskCommand.class,
            IntakeCommand.class,
            ReportCommand.class
        },
        description = {
            "Measures how fast questions about a large data set are answered, beside PostgreSQL with the same rows, and"
                    + " whether both say the same. loadtest/search-note.sh does all of it with one command."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident load search fill --events 1000000",
            "  evident load search deep --events 1000000 --deep places",
            "  evident load search ask --events 1000000 --deep places --http http://127.0.0.1:8480 --results DIR",
            "  evident load search report --results DIR"
        })
public final class SearchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name one of: fill, postgres, deep, ask, intake, report");
    }
}
