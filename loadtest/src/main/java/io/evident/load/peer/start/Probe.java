package io.evident.load.peer.start;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The agent that says what a JVM allocates, for systems that run in one. Stateless. */
public final class Probe {
    private Probe() {}

    /** Where a system's probe writes, within the directory that the system was given. */
    public static Path file(Path directory) {
        return directory.resolve("probe");
    }

    /** Options of the JVM that is to be probed: none when the agent was not built. */
    public static List<String> options(Path project, Path directory) {
        Path jar = project.toAbsolutePath().normalize().resolve("loadtest/target/evident-loadtest.jar");
        return Files.exists(jar) ? List.of("-javaagent:" + jar + "=" + file(directory)) : List.of();
    }
}
