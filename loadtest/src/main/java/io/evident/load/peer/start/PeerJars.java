package io.evident.load.peer.start;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Systems that come as jars from the Maven repository: fetched once with the project's own Maven wrapper, into {@code
 * loadtest/target/peers}.
 */
public final class PeerJars {
    private static final String POM = """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>io.evident.peers</groupId><artifactId>peer</artifactId><version>1</version>
              <dependencies><dependency>
                <groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>
                <exclusions>%s</exclusions>
              </dependency></dependencies>
            </project>
            """;
    private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies";

    private final Path project;

    /** @param project the directory of the checkout, with {@code mvnw} in it */
    public PeerJars(Path project) {
        this.project = project.toAbsolutePath();
    }

    /**
     * The directory with a library and all that it needs.
     *
     * @param exclusions {@code <exclusion>} elements of what is not to be fetched
     */
    public Path of(String group, String artifact, String version, String exclusions) throws IOException {
        Path peers = project.resolve("loadtest/target/peers");
        Path jars = peers.resolve(artifact + "-" + version);
        if (Files.isDirectory(jars)) {
            return jars;
        }
        Path build = Files.createDirectories(peers.resolve(artifact + "-" + version + ".fetch"));
        Path lib = build.resolve("lib");
        Files.writeString(
                build.resolve("pom.xml"), POM.formatted(group, artifact, version, exclusions), StandardCharsets.UTF_8);
        PeerProcess.run(
                build,
                List.of(
                        project.resolve("mvnw").toString(),
                        "-B",
                        "-q",
                        "-f",
                        build.resolve("pom.xml").toString(),
                        COPY,
                        "-DoutputDirectory=" + lib));
        // Last, so that a fetch that was cut short is begun again.
        return Files.move(lib, jars);
    }

    /** The checkout. */
    public Path project() {
        return project;
    }

    /** The command of the JDK that runs this. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
