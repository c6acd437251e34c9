package io.evident.server.command;

import io.evident.server.ask.CommandFailure;
import io.evident.server.check.CheckProgress;
import io.evident.server.check.CheckResult;
import io.evident.server.check.DataCheck;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Where the commands look that check what is stored. */
final class DirectoryOptions {
    @Option(names = "--data", paramLabel = "DIR", description = "Data directory. Default: ./data.")
    private Path data = Path.of("./data");

    @Option(
            names = "--standby",
            paramLabel = "DIR",
            description = "Its standby directory, when it has one: standby.directory of the server.")
    private Path standby;

    @Option(
            names = "--backup",
            paramLabel = "DIR",
            description = "Directory of the emergency journals' backup copies (emergency.backup), to check them too.")
    private Path backup;

    Path data() {
        return data;
    }

    /**
     * Checks what is there.
     *
     * @param shard the one to look at, or {@code null} for all
     * @return {@code null} when there is nothing to look at, or it cannot be read; that is told then
     */
    CheckResult check(CommandSpec spec, Integer shard, boolean everyByte, CheckProgress progress)
            throws CommandFailure {
        String problem = problem();
        CheckResult result = null;
        if (problem == null) {
            try {
                result = new DataCheck(data, standby, backup, everyByte).run(shard, progress);
                problem = isNothing(result) ? nothing(shard) : null;
            } catch (IOException e) {
                problem = unreadable(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailure("interrupted", e);
            }
        }
        if (problem != null) {
            spec.commandLine().getErr().println("evident: " + problem);
            spec.commandLine().getErr().flush();
            return null;
        }
        return result;
    }

    private String problem() {
        String ofData = problem("data", data);
        String ofStandby = problem("standby", standby);
        return ofData != null ? ofData : ofStandby != null ? ofStandby : problem("backup", backup);
    }

    private static String problem(String kind, Path directory) {
        if (directory == null || Files.isDirectory(directory)) {
            return null;
        }
        return Files.exists(directory)
                ? directory + " is no directory"
                : "there is no " + kind + " directory " + directory;
    }

    private static boolean isNothing(CheckResult result) {
        return result.shards().isEmpty() && result.findings().isEmpty();
    }

    private String nothing(Integer shard) {
        return shard == null ? data + " is no data directory: it has no shard" : data + " has no shard " + shard;
    }

    private String unreadable(IOException e) {
        boolean named = e instanceof FileSystemException file && file.getFile() != null;
        return (named ? ((FileSystemException) e).getFile() : data) + " cannot be read: " + e;
    }
}
