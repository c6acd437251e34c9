package io.evident.load.report;

import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code evident load report}: one page of the results of several runs. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Writes one page of HTML with table and plots from the JSON lines of some runs.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  evident load --json --name first >first.json",
            "  evident load report --out report.html --fact machine='2 cores' first.json second.json",
            "",
            "Exit code: 0 written and all runs pass, 1 a run failed or nothing can be written, 2 for wrong usage."
        })
public final class ReportFileCommand implements Callable<Integer> {
    @Option(names = "--out", required = true, paramLabel = "FILE.html", description = "where to")
    private Path out;

    @Option(names = "--title", defaultValue = "Evident load test", description = "its heading (${DEFAULT-VALUE})")
    private String title;

    @Option(names = "--fact", paramLabel = "NAME=TEXT", description = "what stands above the table; may be given again")
    private Map<String, String> facts = new LinkedHashMap<>();

    @Parameters(arity = "1..*", paramLabel = "RESULT.json", description = "each line is a run")
    private List<Path> results;

    @Override
    public Integer call() throws IOException {
        List<JsonTree> rows = new ArrayList<>();
        for (Path result : results) {
            for (String line : Files.readAllLines(result, StandardCharsets.UTF_8)) {
                if (!line.isBlank()) {
                    rows.add(JsonTree.parse(line.getBytes(StandardCharsets.UTF_8)));
                }
            }
        }
        Files.writeString(out, ReportPage.html(title, facts, rows), StandardCharsets.UTF_8);
        boolean passed =
                rows.stream().allMatch(row -> row.at("failures").elements().isEmpty());
        return passed && !rows.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
}
