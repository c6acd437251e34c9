package io.evident.sharding;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Small files of the data directory of which the directories of shards have copies, so that one damaged file loses nothing.
 * Stateless; one writer at a time for one file.
 */
public final class CopiedFile {
    private static final String SHARD_PATTERN = "shard-([0-9]{2,4})";
    private static final int SHARD_NUMBER_AT = "shard-".length();

    private CopiedFile() {}

    /** The directories of shards that are there, in order. */
    public static List<Path> shardDirectories(Path dataDirectory) throws IOException {
        List<Path> shards = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(dataDirectory, "shard-*")) {
            for (Path entry : entries) {
                if (entry.getFileName().toString().matches(SHARD_PATTERN) && number(entry) < ShardMap.MAX_SHARDS) {
                    shards.add(entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        shards.sort(null);
        return shards;
    }

    /** The number of a shard's directory. */
    static int number(Path shardDirectory) {
        return Integer.parseInt(shardDirectory.getFileName().toString().substring(SHARD_NUMBER_AT));
    }

    /** The directory of a shard. */
    static Path shardDirectory(Path dataDirectory, int shard) {
        return dataDirectory.resolve(String.format(Locale.ROOT, "shard-%02d", shard));
    }

    /** Puts a copy in its place, unless it is there already. */
    public static void keepCopy(Path copy, byte[] content) throws IOException {
        boolean same = Files.isReadable(copy)
                && Files.isRegularFile(copy)
                && Files.size(copy) == content.length
                && Arrays.equals(Files.readAllBytes(copy), content);
        if (!same) {
            DurableFile.replace(copy, content, false);
        }
    }

    /** Moves a damaged file to a name that is free, {@code NAME.damaged-N}; returns that. It is never deleted. */
    public static Path setAside(Path file) throws IOException {
        int number = 1;
        Path aside = file.resolveSibling(file.getFileName() + ".damaged-" + number);
        while (Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
            number++;
            aside = file.resolveSibling(file.getFileName() + ".damaged-" + number);
        }
        Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
        return aside;
    }
}
