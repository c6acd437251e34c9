package io.evident.load.options;

import io.evident.load.check.PassCriterion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What is measured beside, and how a run is judged and told. */
public final class JudgeOptions {
    @Option(
            names = "--server-pid",
            paramLabel = "PID",
            description = "the server's process: its processor time is told")
    private long serverPid;

    @Option(
            names = "--server-probe",
            paramLabel = "FILE",
            description = "what the server's agent writes (-javaagent:loadtest/target/evident-loadtest.jar=FILE)")
    private Path serverProbe;

    @Option(
            names = "--null-sink",
            description = "first measure the generator by itself; a result within 70 %% of that is marked")
    private boolean nullSink;

    @Option(
            names = "--pass",
            paramLabel = "CRITERION",
            description = "what the run has to reach, may be given again: 'p99<1ms' 'rate>=50000' 'refused=0'")
    private List<String> pass = new ArrayList<>();

    @Option(
            names = "--expires",
            description =
                    "the server's retention may remove events of the run meanwhile: they are counted as the server"
                            + " stored them, and nobody else may send")
    private boolean expires;

    @Option(names = "--name", defaultValue = "", description = "what the run is called in reports")
    private String name;

    @Option(names = "--report", paramLabel = "FILE.html", description = "write a report with plots, one file")
    private Path report;

    @Option(names = "--json", description = "print one line of JSON")
    private boolean json;

    /** What is wrong, or {@code null}. */
    public String problem() {
        try {
            criteria();
            return serverPid < 0 ? "--server-pid is a process id" : null;
        } catch (IllegalArgumentException e) {
            return "--pass: " + e.getMessage();
        }
    }

    public List<PassCriterion> criteria() {
        return pass.stream().map(PassCriterion::parse).toList();
    }

    /** The server's process, 0 for none. */
    public long serverPid() {
        return serverPid;
    }

    /** The probe's file, or {@code null}. */
    public Path serverProbe() {
        return serverProbe;
    }

    public boolean nullSink() {
        return nullSink;
    }

    /** Whether events of the run may be removed before they are read back. */
    public boolean expires() {
        return expires;
    }

    public String name() {
        return name;
    }

    /** Where the report goes, or {@code null}. */
    public Path report() {
        return report;
    }

    public boolean json() {
        return json;
    }
}
