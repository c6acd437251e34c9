package io.evident.server.ask;

import io.evident.server.json.JsonRecord;
import io.evident.server.json.JsonRecords;
import io.evident.server.json.JsonTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Asks a server for events. */
@Command(
        name = "query",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Find events, newest first. Every filter that is given has to match.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident query --tenant acme --outcome denied",
            "  evident query --stream wedding-4711 --from 2026-11-22T00:00:00Z --order asc --all",
            "  evident query --actor user-17 --json | jq .action",
            "  evident query --action 'document.*' --severity P0_CRITICAL,P1_HIGH --not outcome=success",
            "  evident query --id 01934f8e-7c00-7000-8000-000000000001",
            "",
            "Exit codes: 0 answered (also when nothing matches; standard error says when a part cannot be read), 1 failed,"
                    + " or no event has the id, 2 wrong usage."
        })
public final class QueryCommand implements Callable<Integer> {
    private static final int MAX_PAGE = 1_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--http", paramLabel = "URL", description = "The server. Default: http://127.0.0.1:8480.")
    private URI http = URI.create("http://127.0.0.1:8480");

    @Option(names = "--id", paramLabel = "UUID", description = "The event with this id, whole.")
    private UUID id;

    @Mixin
    private FilterOptions filter;

    @Mixin
    private TimeOptions times;

    @Option(names = "--order", paramLabel = "ORDER", description = "desc, newest first (default), or asc.")
    private String order;

    @Option(names = "--limit", paramLabel = "N", description = "Most events. Default: 100.")
    private Long limit;

    @Option(names = "--all", description = "All events that match, page by page.")
    private boolean all;

    @Option(names = "--wide", description = "Show long values whole.")
    private boolean wide;

    @Option(names = "--json", description = "Print each event as one line of JSON.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailure {
        if (limit != null && limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit has to be at least 1");
        }
        if (limit != null && all) {
            throw new ParameterException(spec.commandLine(), "--limit and --all exclude each other");
        }
        HttpApi api = new HttpApi(HttpApi.requireUrl(http, spec));
        PrintWriter out = spec.commandLine().getOut();
        if (id != null) {
            printOne(api, out);
        } else {
            printPages(api, out);
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private void printOne(HttpApi api, PrintWriter out) throws CommandFailure {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (filter.tenant() != null) {
            parameters.put("tenant", filter.tenant());
        }
        byte[] event = api.get("/v1/events/" + id, parameters);
        out.println(json ? onOneLine(event) : JsonIndent.of(event));
    }

    private void printPages(HttpApi api, PrintWriter out) throws CommandFailure {
        long wanted = all ? Long.MAX_VALUE : limit == null ? 100 : limit;
        long printed = 0;
        String cursor = null;
        Set<String> unreadable = new LinkedHashSet<>();
        do {
            Map<String, String> parameters = filter.parametersOr(spec);
            times.addTo(parameters);
            put(parameters, "order", order);
            put(parameters, "limit", String.valueOf(Math.min(MAX_PAGE, wanted - printed)));
            put(parameters, "cursor", cursor);
            byte[] body = api.get("/v1/events", parameters);
            List<byte[]> events = eventsOf(body);
            printPage(events, printed == 0, out);
            unreadable.addAll(unreadableOf(body));
            printed += events.size();
            cursor = cursorOf(body);
        } while (cursor != null && printed < wanted);
        tellUnreadable(unreadable);
        if (!json) {
            out.println(
                    printed == 0
                            ? "no event matches"
                            : printed
                                    + (printed == 1 ? " event" : " events")
                                    + (cursor == null ? "" : "; there are more: --all, or a higher --limit"));
        }
    }

    private void printPage(List<byte[]> events, boolean first, PrintWriter out) throws CommandFailure {
        if (json) {
            events.forEach(event -> out.println(onOneLine(event)));
            return;
        }
        List<JsonTree> trees = new ArrayList<>();
        for (byte[] event : events) {
            trees.add(parse(event));
        }
        List<String> lines = trees.isEmpty() ? List.of() : EventTable.lines(trees, wide);
        lines.stream().skip(first ? 0 : 1).forEach(out::println);
    }

    /** The events of a page, each with exactly its bytes, so that attributes stay as they were sent. */
    private static List<byte[]> eventsOf(byte[] page) throws CommandFailure {
        List<byte[]> events = new ArrayList<>();
        try (JsonRecords records = JsonRecords.ofMember(new ByteArrayInputStream(page), "events")) {
            for (JsonRecord record = records.next(); record != null; record = records.next()) {
                if (record.refusal() != null) {
                    throw new CommandFailure(
                            "the answer cannot be read: " + record.refusal().detail());
                }
                events.add(record.bytes());
            }
        } catch (IOException e) {
            throw new CommandFailure("the answer cannot be read: " + e.getMessage(), e);
        }
        return events;
    }

    private static List<String> unreadableOf(byte[] page) throws CommandFailure {
        List<String> lines = new ArrayList<>();
        for (JsonTree part : parse(page).at("unreadable").elements()) {
            JsonTree position = part.at("fromEmergencyPosition");
            if (position.isThere()) {
                lines.add("shard " + part.at("shard") + ", emergency positions " + position + " to "
                        + part.at("toEmergencyPosition") + ": " + part.text("reason"));
                continue;
            }
            JsonTree to = part.at("toSequence");
            lines.add("shard " + part.at("shard") + ", sequences " + part.at("fromSequence") + " to "
                    + (to.isThere() ? to : "the end") + ": " + part.text("reason"));
        }
        return lines;
    }

    private void tellUnreadable(Set<String> lines) {
        PrintWriter err = spec.commandLine().getErr();
        if (!lines.isEmpty()) {
            err.println("evident: this is not all; a part cannot be read now:");
            lines.forEach(line -> err.println("  " + line));
            err.flush();
        }
    }

    private static String cursorOf(byte[] page) throws CommandFailure {
        return parse(page).text("cursor");
    }

    private static JsonTree parse(byte[] bytes) throws CommandFailure {
        try {
            return JsonTree.parse(bytes);
        } catch (IOException e) {
            throw new CommandFailure("the answer cannot be read: " + e.getMessage(), e);
        }
    }

    /** Line ends stand between tokens only, never in a JSON string, so a blank says the same. */
    private static String onOneLine(byte[] event) {
        return new String(event, StandardCharsets.UTF_8).replace('\n', ' ').replace('\r', ' ');
    }

    private static void put(Map<String, String> parameters, String name, String value) {
        if (value != null) {
            parameters.put(name, value);
        }
    }
}
