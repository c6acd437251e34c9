package io.evident.load.peer.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** An empty directory for a system's data, deleted with all that is in it. */
public final class PeerDirectory implements AutoCloseable {
    private final Path path;

    private PeerDirectory(Path path) {
        this.path = path;
    }

    /** Makes one within another. */
    public static PeerDirectory in(Path parent, String name) throws IOException {
        return new PeerDirectory(
                Files.createTempDirectory(Files.createDirectories(parent), name).toAbsolutePath());
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path each : deepestFirst) {
                Files.delete(each);
            }
        }
    }
}
