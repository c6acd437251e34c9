package io.evident.load.ledger;

import io.evident.event.Tier;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code evident load check}: compares what is stored with a ledger of receipts. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Compares a data directory, or what a server answers, with a ledger that 'evident load record' wrote. It"
                    + " looks for promised events that are missing, stored twice, changed, or under another identity"
                    + " than promised, for identities given twice, refused events that are stored, and holes in the"
                    + " sequences."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  after kill -9:     evident load check --ledger receipts.txt --data data",
            "  after a power cut: evident load check --ledger receipts.txt --survived synced",
            "                       --http http://127.0.0.1:8480",
            "",
            "Exit code: 0 nothing found, 1 something found, nothing to compare, or not",
            "readable, 2 for wrong usage."
        })
public final class CheckCommand implements Callable<Integer> {
    @Option(names = "--ledger", required = true, paramLabel = "FILE", description = "what the senders were told")
    private Path ledger;

    @Option(
            names = "--ledger-bytes",
            paramLabel = "N",
            description = "read only so much of it: what was promised up to a moment")
    private long ledgerBytes = Long.MAX_VALUE;

    @Option(
            names = "--survived",
            paramLabel = "TIER",
            defaultValue = "journaled",
            description = "the least tier whose events have to be there: accepted after a clean stop, journaled after"
                    + " the death of the process, synced after a power cut or a failed disk (${DEFAULT-VALUE})")
    private String survived;

    @Option(
            names = "--others",
            description = "others than 'evident load record' sent events, too: those are not judged")
    private boolean besideOthers;

    @ArgGroup(multiplicity = "1")
    private Place place;

    @Option(names = "--json", description = "print one line of JSON")
    private boolean json;

    /** Where the events are. */
    static final class Place {
        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "read the journal files of a data directory; neither its emergency journals nor a"
                        + " standby volume")
        private Path data;

        @Option(names = "--http", paramLabel = "URL", description = "ask a running server for everything")
        private URI http;
    }

    @Override
    public Integer call() {
        Tier tier = Tier.ofText(survived);
        if (tier == null) {
            return refused("--survived is accepted, journaled or synced");
        }
        if (ledgerBytes < 0) {
            return refused("--ledger-bytes is at least 0");
        }
        if (place.http != null && !isUrl(place.http)) {
            return refused("--http is a URL such as http://127.0.0.1:8480");
        }
        StoredEvents stored = place.data != null ? new JournalEvents(place.data) : new ServedEvents(place.http);
        LedgerCheck check = new LedgerCheck(tier, besideOthers);
        List<String> damage;
        try {
            if (LedgerFile.read(ledger, ledgerBytes, check::line) == 0) {
                System.err.println(
                        "evident load check: no answer stands in " + ledger + "; there is nothing to compare");
                return CommandLine.ExitCode.SOFTWARE;
            }
            damage = stored.readAll(check::stored);
        } catch (IOException e) {
            System.err.println("evident load check: " + e);
            return CommandLine.ExitCode.SOFTWARE;
        }
        CheckResult result = check.result();
        damage.forEach(line -> System.err.println("journal: " + line));
        result.told().forEach(System.err::println);
        System.out.println(json ? result.json() : result.text());
        return result.findings() == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static int refused(String why) {
        System.err.println("evident load check: " + why);
        return CommandLine.ExitCode.USAGE;
    }

    private static boolean isUrl(URI url) {
        return url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()));
    }
}
