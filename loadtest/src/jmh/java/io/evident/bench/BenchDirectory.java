package io.evident.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory for the files of a benchmark, deleted with all that is in it. */
final class BenchDirectory implements AutoCloseable {
    /** The system property that says in which directory; without it, in that of temporary files. */
    static final String PLACE = "evident.bench.directory";

    private final Path path;

    private BenchDirectory(Path path) {
        this.path = path;
    }

    static BenchDirectory create() throws IOException {
        Path place = Path.of(System.getProperty(PLACE, System.getProperty("java.io.tmpdir")));
        return new BenchDirectory(Files.createTempDirectory(Files.createDirectories(place), "evident-bench"));
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(path)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path each : deepestFirst) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not delete " + path, e);
        }
    }
}
