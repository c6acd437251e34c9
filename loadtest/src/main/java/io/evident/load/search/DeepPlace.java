package io.evident.load.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * A place deep in a tenant's events: where Evident's cursor goes on, and the row before it, from which SQL goes on.
 *
 * @param fromUs earliest time of the walk in microseconds since 1970, inclusive
 * @param toUs latest, exclusive
 * @param cursor {@code null} for the first page
 * @param lastUs time of the row before
 * @param lastId id of the row before
 */
record DeepPlace(String tenant, long fromUs, long toUs, String cursor, long lastUs, UUID lastId) {
    private static final String BETWEEN = "\t";

    /** Reads what {@link #writeAll} wrote. */
    static List<DeepPlace> readAll(Path file) throws IOException {
        return Files.readAllLines(file).stream().map(DeepPlace::ofLine).toList();
    }

    private static DeepPlace ofLine(String line) {
        String[] parts = line.split(BETWEEN, -1);
        return new DeepPlace(
                parts[0],
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                parts[3],
                Long.parseLong(parts[4]),
                UUID.fromString(parts[5]));
    }

    static void writeAll(Path file, List<DeepPlace> places) throws IOException {
        Files.write(file, places.stream().map(DeepPlace::line).toList());
    }

    private String line() {
        return String.join(
                BETWEEN,
                tenant,
                String.valueOf(fromUs),
                String.valueOf(toUs),
                cursor,
                String.valueOf(lastUs),
                lastId.toString());
    }
}
