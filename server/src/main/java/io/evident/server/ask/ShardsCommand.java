package io.evident.server.ask;

import io.evident.server.json.JsonTree;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Shows the shards of a server at work, and makes them more or fewer. */
@Command(
        name = "shards",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Show the shards of a server, and how many slots and events each has.",
            "`grow` and `shrink` change how many shards take new events, while the server is at work: no event is refused"
                    + " for it, and none is moved. docs/growing.md says what it costs."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident shards",
            "  evident shards grow 8",
            "  evident shards shrink 4 --http http://127.0.0.1:9480",
            "",
            "Exit codes: 0 done, 1 refused or failed, 2 wrong usage."
        })
public final class ShardsCommand implements Callable<Integer> {
    private static final String PATH = "/v1/admin/shards";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--http",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "The server. Default: http://127.0.0.1:8480.")
    private URI http = URI.create("http://127.0.0.1:8480");

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print the server's answer.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailure {
        byte[] answer = api().get(PATH, Map.of());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new String(answer, StandardCharsets.UTF_8));
        } else {
            show(HttpApi.tree(answer), out);
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    @Command(
            name = "grow",
            mixinStandardHelpOptions = true,
            description = "Let more shards take new events: those that were given up first, then new ones.")
    int grow(@Parameters(paramLabel = "N", description = "How many shards there are to be afterwards.") int shards)
            throws CommandFailure {
        return resize(shards, true);
    }

    @Command(
            name = "shrink",
            mixinStandardHelpOptions = true,
            description = "Let fewer shards take new events. The others keep what they hold, and are asked for it.")
    int shrink(@Parameters(paramLabel = "N", description = "How many shards there are to be afterwards.") int shards)
            throws CommandFailure {
        return resize(shards, false);
    }

    private int resize(int shards, boolean more) throws CommandFailure {
        long active = HttpApi.tree(api().get(PATH, Map.of())).at("active").number(0);
        if (more ? shards < active : shards > active) {
            throw new ParameterException(
                    spec.commandLine(),
                    active + " shards take new events now: " + (more ? "to grow" : "to shrink") + ", N has to be "
                            + (more ? "more" : "less"));
        }
        byte[] answer = api().post(PATH, "{\"shards\":" + shards + "}");
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new String(answer, StandardCharsets.UTF_8));
        } else {
            JsonTree done = HttpApi.tree(answer);
            out.println("epoch " + done.at("epoch").number(0) + ": "
                    + done.at("shards").number(0)
                    + " shards take new events, " + done.at("from").number(0) + " did before; "
                    + done.at("slotsMoved").number(0) + " of 4096 slots moved");
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private HttpApi api() {
        return new HttpApi(HttpApi.requireUrl(http, spec));
    }

    private static void show(JsonTree overview, PrintWriter out) {
        out.println("epoch " + overview.at("epoch").number(0) + ", "
                + overview.at("active").number(0) + " shards take new events");
        out.println();
        out.println("shard  slots           events  state");
        for (JsonTree shard : overview.at("shards").elements()) {
            long slots = shard.at("slots").number(0);
            out.println(String.format(
                    "%5d  %5d  %,15d  %s",
                    shard.at("shard").number(0),
                    slots,
                    shard.at("events").number(0),
                    shard.text("state") + (slots == 0 ? ", given up: takes no new events" : "")));
        }
    }
}
