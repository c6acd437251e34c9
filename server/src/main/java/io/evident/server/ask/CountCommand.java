package io.evident.server.ask;

import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Counts events, by the values of a field or by time. */
@Command(
        name = "count",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Count events, by the values of a field or by time if you like.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident count --tenant acme --outcome denied",
            "  evident count --by action --tenant acme --from 2026-11-01T00:00:00Z",
            "  evident count --every 1d --not outcome=success",
            "",
            "Exit codes: 0 counted (standard error says when a part cannot be read), 1 failed, 2 wrong usage."
        })
public final class CountCommand implements Callable<Integer> {
    private static final int BAR_WIDTH = 40;
    private static final int MAX_VALUE_WIDTH = 60;

    @Spec
    private CommandSpec spec;

    @Option(names = "--http", paramLabel = "URL", description = "The server. Default: http://127.0.0.1:8480.")
    private URI http = URI.create("http://127.0.0.1:8480");

    @Option(
            names = "--by",
            paramLabel = "FIELD",
            description =
                    "Apart by tenant, stream, actor, action, category, resource (its type), outcome, severity, label"
                            + " or ip; those with the most events first.")
    private String by;

    @Option(names = "--every", paramLabel = "TIME", description = "Apart by time, in steps such as 10s, 15m, 1h or 1d.")
    private String every;

    @Option(names = "--limit", paramLabel = "N", description = "Most values that --by shows. Default: 20.")
    private int limit = 20;

    @Mixin
    private FilterOptions filter;

    @Mixin
    private TimeOptions times;

    @Option(names = "--json", description = "Print the server's answer.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailure {
        if (by != null && every != null) {
            throw new ParameterException(spec.commandLine(), "--by and --every exclude each other");
        }
        Map<String, String> parameters = filter.parametersOr(spec);
        times.addTo(parameters);
        String path = "/v1/events/count";
        if (by != null) {
            path = "/v1/events/facets";
            parameters.put("by", by);
            parameters.put("limit", String.valueOf(limit));
        } else if (every != null) {
            path = "/v1/events/histogram";
            parameters.put("interval", every);
        }
        byte[] body = new HttpApi(HttpApi.requireUrl(http, spec)).get(path, parameters);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new String(body, StandardCharsets.UTF_8));
        } else {
            print(parse(body), out);
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private static JsonTree parse(byte[] body) throws CommandFailure {
        try {
            return JsonTree.parse(body);
        } catch (IOException e) {
            throw new CommandFailure("the answer cannot be read: " + e.getMessage(), e);
        }
    }

    private void print(JsonTree answer, PrintWriter out) {
        if (by != null) {
            printGroups(answer.at("values").elements(), "value", out);
        } else if (every != null) {
            printGroups(answer.at("buckets").elements(), "from", out);
        }
        long count = answer.at("count").number(0);
        out.println(String.format(java.util.Locale.ROOT, "%,d", count) + (count == 1 ? " event" : " events"));
        long others = answer.at("otherValues").number(0);
        if (others > 0) {
            out.println("and " + others + (others == 1 ? " value" : " values") + " more: a higher --limit shows them");
        }
        tellUnreadable(answer);
    }

    private static void printGroups(List<JsonTree> groups, String name, PrintWriter out) {
        long most = groups.stream()
                .mapToLong(group -> group.at("count").number(0))
                .max()
                .orElse(1);
        int width = groups.stream()
                .mapToInt(group ->
                        Math.min(MAX_VALUE_WIDTH, plain(group.text(name)).length()))
                .max()
                .orElse(1);
        for (JsonTree group : groups) {
            long count = group.at("count").number(0);
            String value = plain(group.text(name));
            String bar = "#".repeat((int) Math.max(1, count * BAR_WIDTH / Math.max(1, most)));
            out.println(String.format(java.util.Locale.ROOT, "%-" + width + "s  %,15d  %s", value, count, bar));
        }
    }

    /** Control characters in an event must not reach the terminal: they could change what is shown. */
    private static String plain(String text) {
        return EventTable.plain(text);
    }

    private void tellUnreadable(JsonTree answer) {
        if (!answer.at("unreadable").elements().isEmpty()) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("evident: this is not all; a part cannot be read now (--json tells which)");
            err.flush();
        }
    }
}
