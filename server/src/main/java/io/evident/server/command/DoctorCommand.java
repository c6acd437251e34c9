package io.evident.server.command;

import io.evident.server.ask.CommandFailure;
import io.evident.server.ask.Terminal;
import io.evident.server.check.Advice;
import io.evident.server.check.CheckProgress;
import io.evident.server.check.CheckResult;
import io.evident.server.check.Finding;
import io.evident.server.json.JsonLine;
import java.io.PrintWriter;
import java.util.ArrayList;
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
import picocli.CommandLine.Spec;

/** Explains a data directory to somebody who has to decide what to do. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Explain a data directory in plain words: what is there, whether a server works on it, what is damaged, what"
                    + " that means, what is lost at most, and what to do.",
            "It needs no server, writes nothing, and may run beside a server at work."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident doctor",
            "  evident doctor --data /var/lib/evident --quick",
            "  evident doctor --json | jq '.findings[].action'",
            "",
            "It reads every byte, like `evident verify`; --quick believes the seals of complete segments, as a start does.",
            "Exit codes: 0 healthy, 1 something is damaged, 2 wrong usage, or a directory cannot be read, 3 Evident itself failed."
        })
final class DoctorCommand implements Callable<Integer> {
    private static final double BYTES_PER_MB = 1e6;
    /** Of one kind of finding a person needs only so many examples. */
    private static final int SHOWN_OF_A_KIND = 5;

    @Spec
    private CommandSpec spec;

    @Mixin
    private DirectoryOptions directories;

    @Option(names = "--quick", description = "Do not read segments that are complete and sealed.")
    private boolean quick;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailure {
        CheckProgress progress = new CheckProgress(Terminal.forProgress(spec.commandLine()));
        CheckResult result = directories.check(spec, null, !quick, progress);
        if (result == null) {
            return CommandLine.ExitCode.USAGE;
        }
        progress.end();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonLine.of(members(result)));
        } else {
            print(out, result);
        }
        out.flush();
        return result.isWhole() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private Map<String, Object> members(CheckResult result) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("data", directories.data().toString());
        members.put("healthy", result.isWhole());
        members.put("server", result.server());
        members.put("events", result.events());
        members.put("emergencyEvents", result.emergencyEvents());
        members.put("bytes", result.bytes());
        members.put("oldest", DataDirectories.time(result.oldestNs(), Long.MAX_VALUE));
        members.put("newest", DataDirectories.time(result.newestNs(), Long.MIN_VALUE));
        members.put("epoch", result.mapEpoch());
        members.put("freeBytes", result.freeBytes());
        members.put(
                "shards", result.shards().stream().map(DataDirectories::members).toList());
        List<Map<String, Object>> findings = new ArrayList<>();
        for (Finding finding : result.findings()) {
            Map<String, Object> each = finding.members();
            Advice advice = Advice.on(finding);
            each.put("meaning", advice.meaning());
            each.put("loss", advice.loss());
            each.put("action", advice.action());
            findings.add(each);
        }
        members.put("findings", findings);
        members.put("moreFindings", result.moreFindings());
        return members;
    }

    private void print(PrintWriter out, CheckResult result) {
        out.println("Data directory " + directories.data());
        out.println(
                result.server() == null
                        ? "  No server works on it now."
                        : "  A server works on it: process " + result.server() + ".");
        out.printf(
                Locale.ROOT,
                "  %,d events, %.1f MB, in %d shards and %,d segments; %.1f MB are free on the volume.%n",
                result.events(),
                result.bytes() / BYTES_PER_MB,
                result.shards().size(),
                result.segments(),
                result.freeBytes() / BYTES_PER_MB);
        if (result.events() > 0) {
            out.println("  Oldest event " + DataDirectories.time(result.oldestNs(), Long.MAX_VALUE) + ", newest "
                    + DataDirectories.time(result.newestNs(), Long.MIN_VALUE) + ".");
        }
        if (result.emergencyEvents() > 0) {
            out.printf(
                    Locale.ROOT,
                    "  %,d critical events more are in the emergency journal: safe, but without a sequence until their shard"
                            + " can be written again, after the next start at the latest.%n",
                    result.emergencyEvents());
        }
        out.println(
                result.mapShards() == 0
                        ? "  There is no shard map that this version can read."
                        : "  The shard map is of epoch " + result.mapEpoch() + " and has " + result.mapShards()
                                + " shards.");
        printFindings(out, result);
    }

    /** What is told together. */
    private record Kind(String name, boolean isDamage) {}

    private void printFindings(PrintWriter out, CheckResult result) {
        Map<Kind, List<Finding>> byKind = new LinkedHashMap<>();
        result.findings()
                .forEach(finding -> byKind.computeIfAbsent(
                                new Kind(finding.kind(), finding.isDamage()), absent -> new ArrayList<>())
                        .add(finding));
        byKind.values().forEach(findings -> printKind(out, findings));
        if (result.moreFindings() > 0) {
            out.printf(Locale.ROOT, "%n%,d more findings are not listed.%n", result.moreFindings());
        }
        out.println();
        if (!result.isWhole()) {
            out.println("DAMAGED. The server starts unless something above says otherwise; what is whole is served.");
        } else if (quick) {
            out.println("Healthy at first sight. Without --quick every byte is read.");
        } else {
            out.println("Healthy: every byte of what was looked at was read.");
        }
    }

    private static void printKind(PrintWriter out, List<Finding> findings) {
        Finding first = findings.get(0);
        Advice advice = Advice.on(first);
        out.println();
        String times = findings.size() == 1 ? "once" : findings.size() + " times";
        out.printf("%s: %s, found %s%n", first.isDamage() ? "DAMAGE" : "Note", first.kind(), times);
        out.println("  What it means:  " + advice.meaning());
        out.println("  Lost at most:   " + advice.loss());
        out.println("  What to do:     " + advice.action());
        findings.stream().limit(SHOWN_OF_A_KIND).forEach(finding -> out.println("    " + finding.line()));
        if (findings.size() > SHOWN_OF_A_KIND) {
            out.println("    and " + (findings.size() - SHOWN_OF_A_KIND) + " more; --json has more");
        }
    }
}
