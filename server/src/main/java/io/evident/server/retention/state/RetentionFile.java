package io.evident.server.retention.state;

import io.evident.sharding.CopiedFile;
import io.evident.sharding.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code retention.json} in the data directory, with copies in the directories of the first shards. It is only ever replaced as a
 * whole; of several the one with the highest version counts. When none is left, there are no rules: nothing expires any more,
 * and what had expired without being freed can be found again. Used by one thread at a time, under the lock of the data
 * directory; {@link #look} by anyone.
 */
final class RetentionFile {
    /** The file's name within the data directory, and within the directories of shards. */
    static final String NAME = "retention.json";
    /** So many copies are kept at most: enough that no single file counts, and not one force for each of many shards. */
    static final int COPIES = 4;

    private static final long MAX_BYTES = 64L << 20;

    private RetentionFile() {}

    /**
     * What was found.
     *
     * @param findings what was wrong and what was done about it, a sentence each
     */
    record Opened(RetentionState state, List<String> findings) {}

    /** A file whose bytes are not those that were written; one that cannot be read may be whole yet. */
    private static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedException(String message, IOException cause) {
            super(message, cause);
        }
    }

    /** What is there, without any change. */
    private static final class Search {
        final List<String> findings = new ArrayList<>();
        final List<Path> damagedCopies = new ArrayList<>();
        final Path original;
        final boolean originalIsThere;
        RetentionState fromOriginal;
        RetentionState newest;
        private String later;
        private int laterCopies;
        private int wholeCopies;

        Search(Path dataDirectory) throws IOException {
            original = dataDirectory.resolve(NAME);
            originalIsThere = isThere(original);
            if (originalIsThere) {
                fromOriginal = take(original, true);
            }
            for (Path shard : CopiedFile.shardDirectories(dataDirectory)) {
                if (isThere(shard.resolve(NAME))) {
                    wholeCopies += take(shard.resolve(NAME), false) == null ? 0 : 1;
                }
            }
        }

        private RetentionState take(Path file, boolean isOriginal) {
            try {
                RetentionState state = RetentionFile.read(file);
                if (newest == null || state.version() > newest.version()) {
                    newest = state;
                }
                return state;
            } catch (RetentionJson.LaterFormatException e) {
                findings.add(e.getMessage());
                later = isOriginal ? e.getMessage() : later;
                laterCopies += isOriginal ? 0 : 1;
            } catch (DamagedException e) {
                findings.add(e.getMessage());
                if (!isOriginal) {
                    damagedCopies.add(file);
                }
            } catch (IOException e) {
                findings.add(e.getMessage());
            }
            return null;
        }

        /** Why this is not for this version to touch, or {@code null}: no whole copy, or a copy as well, says it is no damage. */
        String laterFormat() {
            return later != null && (wholeCopies == 0 || laterCopies > 0) ? later : null;
        }
    }

    /**
     * Reads what is there. A damaged original is set aside and replaced by its newest copy; when none is whole, damaged
     * copies are set aside too, so that the next start has nothing to tell of. One that cannot be read stays: it may be
     * whole.
     *
     * @throws IOException when the file cannot be written, or is of a later version; the message names it
     */
    static Opened open(Path dataDirectory) throws IOException {
        Search search = new Search(dataDirectory);
        if (search.laterFormat() != null) {
            throw new IOException(search.laterFormat() + "; use that version, this one would not keep what it says");
        }
        List<String> findings = search.findings;
        boolean damaged = search.originalIsThere && search.fromOriginal == null;
        if (damaged) {
            findings.add("the damaged one is kept as " + CopiedFile.setAside(search.original));
        }
        if (search.newest == null) {
            if (!findings.isEmpty()) {
                search.damagedCopies.forEach(copy -> findings.add(setAside(copy)));
                findings.add(
                        "the rules of retention are lost, and all copies: nothing expires until they are set again, and"
                                + " what had expired and is not freed yet can be found again");
            }
            return new Opened(RetentionState.NONE, findings);
        }
        if (!search.newest.equals(search.fromOriginal)) {
            DurableFile.replace(search.original, RetentionJson.write(search.newest), false);
            findings.add(search.original + " was restored from its newest copy");
        }
        return new Opened(search.newest, findings);
    }

    /** A copy that stays where it is keeps no server from starting; returns what was done, a sentence. */
    private static String setAside(Path copy) {
        try {
            return "the damaged copy is kept as " + CopiedFile.setAside(copy);
        } catch (IOException e) {
            return copy + " cannot be set aside: " + e;
        }
    }

    /**
     * Looks at it without changing anything; safe beside a server.
     *
     * @return the state is {@link RetentionState#NONE} when there is none, or damaged copies are all that is left
     * @throws IOException when there is one that cannot be read, and no copy of it; or it is of a later version
     */
    static Opened look(Path dataDirectory) throws IOException {
        Search search = new Search(dataDirectory);
        boolean isLost = search.newest == null && search.originalIsThere;
        if (isLost || search.laterFormat() != null) {
            throw new IOException(
                    "up to where events have expired cannot be told: " + String.join("; ", search.findings));
        }
        return new Opened(search.newest == null ? RetentionState.NONE : search.newest, search.findings);
    }

    /** Looks for what is wrong; safe beside a server. */
    static RetentionCheck.Result check(Path dataDirectory) throws IOException {
        Search search = new Search(dataDirectory);
        List<String> findings = new ArrayList<>(search.findings);
        boolean isLater = search.laterFormat() != null;
        if (search.newest != null && !search.originalIsThere && !isThere(search.original)) {
            findings.add(search.original + " is missing; a copy says what it had");
        }
        if (search.fromOriginal != null && search.newest.version() > versionNow(search)) {
            findings.add(search.original + " is older than a copy of it: an earlier one was put in its place");
        }
        return new RetentionCheck.Result(findings, search.newest == null && !findings.isEmpty() && !isLater);
    }

    private static boolean isThere(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Of the original, which a server may have replaced since it was read, as it does before it replaces the copies. */
    private static long versionNow(Search search) {
        try {
            return read(search.original).version();
        } catch (IOException e) {
            // Whole a moment ago: what is wrong with it now, the next check tells.
            return search.fromOriginal.version();
        }
    }

    /**
     * Replaces the original and then the copies. When this returns, the next start finds the new state.
     *
     * @return what was wrong with copies, a sentence each
     * @throws IOException when the original could not be replaced; in doubt it may have been
     */
    static List<String> write(Path dataDirectory, RetentionState state) throws IOException {
        byte[] text = RetentionJson.write(state);
        DurableFile.replace(dataDirectory.resolve(NAME), text, false);
        return keepCopies(dataDirectory, text);
    }

    private static List<String> keepCopies(Path dataDirectory, byte[] text) {
        List<String> findings = new ArrayList<>();
        List<Path> shards;
        try {
            shards = CopiedFile.shardDirectories(dataDirectory);
        } catch (IOException e) {
            // The original is in its place already, and counts.
            return List.of("no copies of the rules of retention could be kept: " + e);
        }
        for (Path shard : shards.subList(0, Math.min(COPIES, shards.size()))) {
            try {
                CopiedFile.keepCopy(shard.resolve(NAME), text);
            } catch (IOException e) {
                findings.add("no copy of the rules of retention could be kept in " + shard + ": " + e);
            }
        }
        return findings;
    }

    /** Puts back copies that are missing; behind every opening of the shards. Returns what was wrong, a sentence each. */
    static List<String> keepCopies(Path dataDirectory, RetentionState state) throws IOException {
        return state.version() == 0 ? List.of() : keepCopies(dataDirectory, RetentionJson.write(state));
    }

    /** Reads one; the message of an {@link IOException} names the file and what is wrong. */
    private static RetentionState read(Path file) throws IOException {
        byte[] text;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("it is larger than " + MAX_BYTES + " bytes");
            }
            text = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + e, e);
        }
        try {
            return RetentionJson.read(text);
        } catch (RetentionJson.LaterFormatException e) {
            throw new RetentionJson.LaterFormatException(file + ": " + e.getMessage());
        } catch (IOException e) {
            throw new DamagedException(file + " is damaged: " + e.getMessage(), e);
        }
    }
}
