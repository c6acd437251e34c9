package io.evident.server.command;

import io.evident.event.Lane;
import io.evident.server.ask.CommandFailure;
import io.evident.server.ask.Terminal;
import io.evident.server.check.CheckProgress;
import io.evident.server.check.CheckResult;
import io.evident.server.check.CheckedShard;
import io.evident.server.check.Finding;
import io.evident.server.json.JsonLine;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Checks every byte of a data directory. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Check every byte of a data directory: checksums, that no sequence is missing, the hashes that link each block"
                    + " to the one before it, the seals, the shard map, retention.json, the emergency journals (their backup"
                    + " copies with --backup); and count what is stored, against the server's own ledger where it wrote one.",
            "It needs no server, writes nothing, and may run beside a server at work."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident verify",
            "  evident verify --data /var/lib/evident --json | jq .whole",
            "  evident verify --shard 3",
            "",
            "What a crash leaves behind (an unfinished block) is told, but is no damage.",
            "Exit codes: 0 whole, 1 damaged, 2 wrong usage, or a directory cannot be read, 3 Evident itself failed."
        })
final class VerifyCommand implements Callable<Integer> {
    private static final int MAX_SHARD = 4095;

    @Spec
    private CommandSpec spec;

    @Mixin
    private DirectoryOptions directories;

    @Option(names = "--shard", paramLabel = "N", description = "Only this shard; the ledger is not compared then.")
    private Integer shard;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailure {
        if (shard != null && (shard < 0 || shard > MAX_SHARD)) {
            throw new ParameterException(spec.commandLine(), "--shard has to be from 0 to " + MAX_SHARD);
        }
        CheckProgress progress = new CheckProgress(Terminal.forProgress(spec.commandLine()));
        CheckResult result = directories.check(spec, shard, true, progress);
        if (result == null) {
            return CommandLine.ExitCode.USAGE;
        }
        double seconds = progress.end();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonLine.of(members(result, seconds)));
        } else {
            print(out, result, seconds);
        }
        out.flush();
        return result.isWhole() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private Map<String, Object> members(CheckResult result, double seconds) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("data", directories.data().toString());
        members.put("whole", result.isWhole());
        members.put("server", result.server());
        members.put("events", result.events());
        members.put("emergencyEvents", result.emergencyEvents());
        members.put("bytes", result.bytes());
        members.put(
                "shards", result.shards().stream().map(DataDirectories::members).toList());
        members.put("stored", result.storedMembers());
        members.put("removedEvents", result.removedEvents());
        members.put("ledgerRecords", result.ledgerRecords());
        members.put("ledgerRuns", result.ledgerRuns());
        members.put("ledgerDifferences", result.ledgerDifferences().size());
        members.put("findings", result.findings().stream().map(Finding::members).toList());
        members.put("moreFindings", result.moreFindings());
        members.put("checkedBytes", result.checkedBytes());
        members.put("seconds", seconds);
        return members;
    }

    private static void print(PrintWriter out, CheckResult result, double seconds) {
        for (CheckedShard each : result.shards()) {
            out.printf(
                    Locale.ROOT,
                    "shard %02d: %,d events in %,d blocks of %,d segments, last sequence %d, %s%n",
                    each.report().shard(),
                    each.report().events(),
                    each.report().blocks(),
                    each.report().segments(),
                    each.report().lastSequence(),
                    each.report().damageCount() == 0
                            ? "nothing found"
                            : each.report().damageCount() + " found, see below");
        }
        printStored(out, result.storedMembers());
        if (result.removedEvents() > 0) {
            out.printf(Locale.ROOT, "removed by retention: %,d of these events%n", result.removedEvents());
        }
        if (result.emergencyEvents() > 0) {
            out.printf(Locale.ROOT, "emergency journal: %,d events to be folded in%n", result.emergencyEvents());
        }
        if (result.ledgerRecords() > 0) {
            out.println(ledger(result));
        }
        result.findings()
                .forEach(finding -> out.println((finding.isDamage() ? "DAMAGE  " : "note    ") + finding.line()));
        if (result.moreFindings() > 0) {
            out.printf(Locale.ROOT, "and %,d more findings%n", result.moreFindings());
        }
        out.printf(
                Locale.ROOT,
                "%s: %,d events, %.1f MB checked in %.1f s%n",
                state(result),
                result.events(),
                result.checkedBytes() / 1e6,
                seconds);
    }

    private static String state(CheckResult result) {
        if (!result.isWhole()) {
            return "DAMAGED, see `evident doctor`";
        }
        return result.lacksStandby() ? "whole, without its standby volume" : "whole";
    }

    private static String ledger(CheckResult result) {
        String seen = String.format(Locale.ROOT, "ledger: %,d events", result.ledgerRecords());
        if (result.ledgerRuns() == 0) {
            return seen + ", not compared";
        }
        String compared = String.format(
                Locale.ROOT,
                "%s, the last record of %,d %s of a server compared: ",
                seen,
                result.ledgerRuns(),
                result.ledgerRuns() == 1 ? "run" : "runs");
        List<Finding> differences = result.ledgerDifferences();
        return compared
                + (differences.isEmpty()
                        ? "equal"
                        : differences.size()
                                + (differences.size() == 1 ? " difference: " : " differences, the first: ")
                                + differences.get(0).detail());
    }

    private static void printStored(PrintWriter out, List<Map<String, Object>> stored) {
        if (stored.isEmpty()) {
            return;
        }
        out.println("stored events:");
        for (Map<String, Object> each : stored) {
            String lane = each.get("lane").toString();
            out.printf(
                    Locale.ROOT,
                    "  %-32s %-" + longestLane() + "s %,15d%n",
                    each.get("tenant"),
                    lane,
                    each.get("stored"));
        }
    }

    private static int longestLane() {
        return Lane.CRITICAL.text().length();
    }
}
