package io.evident.server.ask;

import io.evident.pipeline.retention.RetentionRule;
import io.evident.server.json.JsonLine;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
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

/** Shows and changes how long a server at work keeps events. */
@Command(
        name = "retention",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Show how long a server keeps the events of whom, what is held, and what was removed since its start.",
            "Without a rule nothing ever expires. A rule is for one tenant, or for '*': all that have none of their own, but"
                    + " never _system. What has expired is in no answer from then on, and is removed from the disk for good;"
                    + " nobody is asked again. docs/retention.md says what expires when."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident retention",
            "  evident retention set acme --keep-for 400d --keep-bytes 10GB",
            "  evident retention set '*' --keep-for 90d",
            "  evident retention unset acme",
            "  evident retention hold acme --reason 'case 17'",
            "  evident retention release acme",
            "",
            "Exit codes: 0 done, 1 refused or failed, 2 wrong usage."
        })
public final class RetentionCommand implements Callable<Integer> {
    private static final String PATH = "/v1/admin/retention";

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
            RetentionTable.print(HttpApi.tree(answer), out);
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Give a tenant a rule, in the place of the one it has. With both options, whichever ends first.",
                "What has expired by it is gone for good within seconds: hold the tenant first if in doubt."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  evident retention set acme --keep-for 400d",
                "  evident retention set acme --keep-for 400d --keep-bytes 10GB",
                "  evident retention set '*' --keep-for 90d"
            })
    int set(
            @Parameters(paramLabel = "TENANT", description = "Whose events; '*' for all without a rule of their own.")
                    String tenant,
            @Option(
                            names = "--keep-for",
                            paramLabel = "AGE",
                            description = "How long after they were received: 400d, 12h, 90m; 1m to 36525d.")
                    String keepFor,
            @Option(
                            names = "--keep-bytes",
                            paramLabel = "SIZE",
                            description =
                                    "How much at most, before compression, the newest of it: 10GB, 512MiB, 1000000.")
                    String keepBytes)
            throws CommandFailure {
        Map<String, Object> members = new LinkedHashMap<>();
        if (keepFor != null) {
            long seconds = RetentionRule.seconds(keepFor);
            require(
                    seconds >= RetentionRule.LEAST_SECONDS && seconds <= RetentionRule.MOST_SECONDS,
                    "--keep-for has to be 1m to 36525d, such as 400d, 12h or 90m");
            members.put("keepFor", keepFor);
        }
        if (keepBytes != null) {
            long bytes = SizeText.bytes(keepBytes);
            require(
                    bytes >= 1 && bytes <= RetentionRule.MOST_BYTES,
                    "--keep-bytes has to be a size such as 10GB, 512MiB or 1000000");
            members.put("keepBytes", bytes);
        }
        require(!members.isEmpty(), "--keep-for, --keep-bytes, or both are needed");
        return tell(api().put(path(tenant), JsonLine.of(members)));
    }

    @Command(
            name = "unset",
            mixinStandardHelpOptions = true,
            description = "Take a tenant's own rule away: that of '*' is its rule then, if there is one.",
            footerHeading = "%nExample:%n",
            footer = "  evident retention unset acme")
    int unset(@Parameters(paramLabel = "TENANT", description = "Whose rule; '*' for that of all others.") String tenant)
            throws CommandFailure {
        return tell(api().delete(path(tenant)));
    }

    @Command(
            name = "hold",
            mixinStandardHelpOptions = true,
            description = "Let nothing of a tenant expire any more, whatever its rule says, until it is released.",
            footerHeading = "%nExample:%n",
            footer = "  evident retention hold acme --reason 'case 17, until the court has decided'")
    int hold(
            @Parameters(paramLabel = "TENANT", description = "Whose events.") String tenant,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why; kept and shown.")
                    String reason)
            throws CommandFailure {
        return tell(api().put(path(tenant) + "/hold", JsonLine.of(Map.of("reason", reason))));
    }

    @Command(
            name = "release",
            mixinStandardHelpOptions = true,
            description = "End a hold: what has expired by the tenant's rule is gone for good within seconds.",
            footerHeading = "%nExample:%n",
            footer = "  evident retention release acme")
    int release(@Parameters(paramLabel = "TENANT", description = "Who is held.") String tenant) throws CommandFailure {
        return tell(api().delete(path(tenant) + "/hold"));
    }

    private int tell(byte[] answer) throws CommandFailure {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? new String(answer, StandardCharsets.UTF_8) : RetentionTable.effect(HttpApi.tree(answer)));
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private static String path(String tenant) {
        return PATH + "/" + URLEncoder.encode(tenant, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpApi api() {
        return new HttpApi(HttpApi.requireUrl(http, spec));
    }
}
