package io.evident.server.ask;

import io.evident.client.read.AuditReader;
import io.evident.client.read.ExportFormat;
import io.evident.client.read.ExportStoppedException;
import io.evident.client.read.ExportSummary;
import io.evident.client.read.ReadQuery;
import io.evident.client.read.answer.ReadException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes all events that match to a file. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Write all events that match, without a limit, as NDJSON or CSV.",
            "A broken connection is taken up again where it broke. What is given up tells how to go on."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident export --tenant acme -o acme.ndjson",
            "  evident export --format csv --from 2026-11-01T00:00:00Z --to 2026-12-01T00:00:00Z -o november.csv",
            "  evident export --outcome denied | jq .actor.id",
            "  evident export --tenant acme -o acme.ndjson --after ID      goes on behind this event, in the same file",
            "",
            "Exit codes: 0 everything is written, 1 failed or given up on the way, 2 wrong usage."
        })
public final class ExportCommand implements Callable<Integer> {
    private static final int BUFFER_BYTES = 1 << 16;

    @Spec
    private CommandSpec spec;

    @Option(names = "--http", paramLabel = "URL", description = "The server. Default: http://127.0.0.1:8480.")
    private URI http = URI.create("http://127.0.0.1:8480");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The file; it must not be there yet, but with --after it goes on. Default: standard output.")
    private Path output;

    @Option(names = "--format", paramLabel = "FORMAT", description = "ndjson (default) or csv.")
    private ExportFormat format = ExportFormat.NDJSON;

    @Option(names = "--order", paramLabel = "ORDER", description = "desc, newest first (default), or asc.")
    private ReadQuery.Order order = ReadQuery.Order.DESC;

    @Option(names = "--after", paramLabel = "UUID", description = "Begin behind the event with this id.")
    private UUID after;

    @Mixin
    private FilterOptions filter;

    @Mixin
    private TimeOptions times;

    @Override
    public Integer call() throws CommandFailure {
        ReadQuery query = query();
        HttpApi.requireUrl(http, spec);
        try (AuditReader reader = AuditReader.of(http.toString())) {
            ExportProgress progress =
                    new ExportProgress(Terminal.forProgress(spec.commandLine()), total(reader, query));
            ExportSummary summary = write(reader, query, progress);
            progress.end();
            tell(String.format(Locale.ROOT, "%,d events", summary.events())
                    + (summary.resumptions() == 0 ? "" : "; the connection broke " + summary.resumptions() + " times"));
            return CommandLine.ExitCode.OK;
        } catch (ExportStoppedException e) {
            UUID last = e.summary().lastId();
            throw new CommandFailure(
                    e.getMessage() + "; " + e.summary().events() + " events are written"
                            + (last == null ? "" : ", go on with --after " + last),
                    e);
        } catch (ReadException e) {
            throw new CommandFailure(e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandFailure("cannot write " + (output == null ? "standard output" : output) + ": " + e, e);
        }
    }

    private ReadQuery query() {
        try {
            ReadQuery.Builder query = filter.readQuery().order(order);
            if (times.from() != null) {
                query.from(times.from());
            }
            if (times.to() != null) {
                query.to(times.to());
            }
            return query.build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** How much there will be, for whoever watches; a text is not counted. */
    private long total(AuditReader reader, ReadQuery query) {
        return Terminal.forProgress(spec.commandLine()) == null || after != null || filter.hasText()
                ? 0
                : reader.count(query).count();
    }

    private ExportSummary write(AuditReader reader, ReadQuery query, ExportProgress progress) throws IOException {
        try (OutputStream out = progress.count(open())) {
            return after == null ? reader.export(query, format, out) : reader.export(query, format, after, out);
        }
    }

    private OutputStream open() throws IOException {
        if (output == null) {
            return new BufferedOutputStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), BUFFER_BYTES);
        }
        StandardOpenOption how = after == null ? StandardOpenOption.CREATE_NEW : StandardOpenOption.APPEND;
        return new BufferedOutputStream(Files.newOutputStream(output, StandardOpenOption.WRITE, how), BUFFER_BYTES);
    }

    private void tell(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }
}
