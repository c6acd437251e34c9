package io.evident.server.send;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Finds the files to send. Stateless. */
public final class SendFiles {
    private SendFiles() {}

    /**
     * The file itself, whatever its name, or all files below a directory whose names end in {@code .json}, {@code .ndjson}
     * or {@code .jsonl}, or these with {@code .gz}, in the order of their paths.
     *
     * @throws IOException when there is no such file, or the directory cannot be read
     */
    public static List<Path> find(Path fileOrDirectory) throws IOException {
        if (!Files.exists(fileOrDirectory)) {
            throw new NoSuchFileException("there is no file or directory " + fileOrDirectory);
        }
        if (!Files.isDirectory(fileOrDirectory)) {
            return List.of(fileOrDirectory);
        }
        try (Stream<Path> all = Files.walk(fileOrDirectory)) {
            return all.filter(Files::isRegularFile)
                    .filter(SendFiles::hasEvents)
                    .sorted()
                    .toList();
        }
    }

    private static boolean hasEvents(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        String unpacked = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        return !name.startsWith(".")
                && (unpacked.endsWith(".json") || unpacked.endsWith(".ndjson") || unpacked.endsWith(".jsonl"));
    }
}
