package io.evident.server;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Finds the files of the project and the shared test data from wherever the tests run. */
public final class ProjectFiles {
    private ProjectFiles() {}

    /** The root of the project. */
    public static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isRegularFile(at.resolve("mvnw"))) {
            at = at.getParent();
        }
        return at;
    }

    /**
     * A folder of the shared data: below the system property or environment variable, else beside the project. Skips the
     * test where it is absent.
     */
    public static Path sharedData(String folder) {
        String property = System.getProperty("evident.sharedData", System.getenv("EVIDENT_SHARED_DATA"));
        Path data = property == null ? null : Path.of(property).resolve(folder);
        for (Path at = root(); data == null && at != null; at = at.getParent()) {
            Path candidate = at.resolve("shared/data").resolve(folder);
            data = Files.isDirectory(candidate) ? candidate : null;
        }
        Assumptions.assumeTrue(
                data != null && Files.isDirectory(data),
                "skipped: the folder shared/data/" + folder
                        + " is not there; EVIDENT_SHARED_DATA may name shared/data");
        return data;
    }
}
