package io.evident.server.command;

import io.evident.event.EventView;
import io.evident.event.json.EventJsonWriter;
import io.evident.event.json.JsonBytes;
import io.evident.pipeline.query.StoredEvent;
import io.evident.server.ask.CommandFailure;
import io.evident.server.ask.EventTable;
import io.evident.server.ask.FilterOptions;
import io.evident.server.json.JsonTree;
import io.evident.server.retention.state.HorizonFile;
import io.evident.server.tail.JournalTail;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows the newest events straight from the journal's files. */
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Show the events that arrived last, straight from the files of a data directory: it needs no server, takes no"
                    + " lock, writes nothing, and may run beside a server at work.",
            "Events come in the order of their arrival; what comes later follows shard by shard. Events in the emergency"
                    + " journal come once they are folded in."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident tail -f",
            "  evident tail --data /var/lib/evident -n 100 --severity P0_CRITICAL",
            "  evident tail -f -n 0 --json --outcome denied | jq .actor.id",
            "",
            "Exit codes: 0 shown, 1 the files cannot be read, 2 wrong usage."
        })
final class TailCommand implements Callable<Integer> {
    private static final int MAX_EVENTS = 100_000;
    private static final long POLL_MS = 100;

    private final EventJsonWriter writer = EventJsonWriter.onOneLine();
    private final JsonBytes buffer = new JsonBytes(4 * 1024);

    @Spec
    private CommandSpec spec;

    @Option(names = "--data", paramLabel = "DIR", description = "Data directory. Default: ./data.")
    private Path data = Path.of("./data");

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what comes, until Ctrl-C.")
    private boolean follow;

    @Option(names = "-n", paramLabel = "N", description = "How many of the newest to begin with. Default: 10.")
    private int newest = 10;

    @Mixin
    private FilterOptions filter;

    @Option(names = "--json", description = "Print each event as one line of JSON.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailure {
        if (newest < 0 || newest > MAX_EVENTS) {
            throw new ParameterException(spec.commandLine(), "-n has to be from 0 to " + MAX_EVENTS);
        }
        Predicate<EventView> wanted = wanted();
        try (JournalTail tail = JournalTail.open(data, wanted, new HorizonFile(data))) {
            if (!tail.hasShards() && !follow) {
                throw new CommandFailure(data + " is no data directory: it has no shard");
            }
            tail.newest(newest).forEach(this::print);
            tellDamage(tail);
            while (follow && !spec.commandLine().getOut().checkError()) {
                boolean quiet = tail.poll(this::print) == 0;
                tellDamage(tail);
                if (quiet) {
                    Thread.sleep(POLL_MS);
                }
            }
        } catch (NoSuchFileException e) {
            throw new CommandFailure("there is no data directory " + data, e);
        } catch (IOException | UncheckedIOException e) {
            throw new CommandFailure("cannot read " + data + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return CommandLine.ExitCode.OK;
    }

    private Predicate<EventView> wanted() {
        try {
            return filter.matcher()::matches;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void tellDamage(JournalTail tail) {
        PrintWriter err = spec.commandLine().getErr();
        tail.takeDamage().forEach(damage -> err.println("evident: damage passed over: " + damage));
        err.flush();
    }

    private void print(StoredEvent stored) {
        buffer.clear();
        writer.write(
                buffer,
                stored.event(),
                stored.shard(),
                stored.incarnation(),
                stored.epoch(),
                stored.sequence(),
                stored.lane());
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? new String(buffer.toByteArray(), StandardCharsets.UTF_8) : row());
        out.flush();
    }

    private String row() {
        try {
            return EventTable.line(JsonTree.parse(buffer.toByteArray()));
        } catch (IOException impossible) {
            throw new UncheckedIOException("what was just written is no JSON", impossible);
        }
    }
}
