package io.evident.server.retention.state;

import io.evident.pipeline.retention.Horizon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The horizon of a data directory for who reads its files, with or without a server at work in it: read again when the file was
 * replaced, which is looked for once in a while. Used by one thread.
 */
public final class HorizonFile implements Supplier<Horizon> {
    private static final long LOOK_INTERVAL_NS = 200_000_000L;

    private final Path dataDirectory;
    private Seen seen;
    private Horizon horizon = Horizon.NONE;
    private long lookedNs;

    /** By which a replaced file is told from the one before. */
    private record Seen(Object key, Object modified, long sizeBytes) {}

    /** Reads nothing yet. */
    public HorizonFile(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    /** The horizon as it is, or was a moment ago. Throws {@link UncheckedIOException} when it cannot be read. */
    @Override
    public Horizon get() {
        long nowNs = System.nanoTime();
        if (seen == null || nowNs - lookedNs >= LOOK_INTERVAL_NS) {
            lookedNs = nowNs;
            try {
                look();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return horizon;
    }

    private void look() throws IOException {
        Seen now = seenNow();
        if (!Objects.equals(now, seen)) {
            RetentionState state = RetentionFile.look(dataDirectory).state();
            if (state.version() >= horizon.version()) {
                horizon = state.cuts().horizon(state.version());
            }
            seen = now;
        }
    }

    private Seen seenNow() throws IOException {
        try {
            BasicFileAttributes file =
                    Files.readAttributes(dataDirectory.resolve(RetentionFile.NAME), BasicFileAttributes.class);
            return new Seen(file.fileKey(), file.lastModifiedTime(), file.size());
        } catch (NoSuchFileException e) {
            return new Seen(null, null, 0);
        }
    }
}
