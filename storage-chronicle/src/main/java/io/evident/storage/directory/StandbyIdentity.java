package io.evident.storage.directory;

import io.evident.storage.file.Directories;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.SegmentName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Tells whether the standby directory of a shard is the one that the shard had before: both have a small file with the same
 * random id, written when the standby is first armed. Without it an empty mount point would look like a standby that was
 * never used, and sequences that are on the real one would be given away again.
 */
public final class StandbyIdentity {
    /** In the shard's directory, here and on the standby volume. */
    public static final String FILE_NAME = "standby.id";

    /**
     * Stays when {@link #FILE_NAME} is deleted: the incarnation that the next one has to be behind, and {@link #ARMED} when
     * there is a standby volume that may hold incarnations which nobody else knows of.
     */
    public static final String PAST_NAME = "standby.past";

    private static final String ARMED = " armed";
    /** More incarnations than begin on one volume of a shard between two that are written to on the other. */
    private static final int SKIPPED = 1_000;

    private static final String NEW_SUFFIX = ".new";
    private static final int MAX_BYTES = 64;

    private final FileOperations files;
    private final int shard;
    private final Path here;
    private final Path there;

    /**
     * @param here the shard's directory in the data directory
     * @param there the shard's directory on the standby volume, or {@code null} when that cannot be used
     */
    public StandbyIdentity(FileOperations files, int shard, Path here, Path there) {
        this.files = files;
        this.shard = shard;
        this.here = here;
        this.there = there;
    }

    /**
     * The incarnation that the next one has to be behind. When the standby volume was given up, or the shard's own is a new
     * one, the lost one may have held numbers that are known nowhere else, with sequences that are given again now: those
     * numbers are passed over. To be called before {@link #require} or {@link #requireNeverArmed}.
     *
     * @param last the highest incarnation that is known
     */
    public int behind(int last) throws IOException {
        String past = read(here, PAST_NAME);
        int floor = past == null ? 0 : floorOf(past);
        boolean isLost = past == null ? isNew() : past.endsWith(ARMED) && read(here, FILE_NAME) == null;
        if (isLost) {
            floor = behindUnknown(Math.max(floor, last));
            // On the disk before anything is begun behind it.
            write(here, PAST_NAME, Integer.toString(floor));
        }
        return Math.max(last, floor);
    }

    /** The incarnation that the next one has to be behind while the shard's own volume cannot tell which it has begun. */
    public static int behindUnknown(int last) {
        return (int) Math.min(SegmentName.MAX_INCARNATION, (long) last + SKIPPED);
    }

    /** Whether the shard had another volume of its own before: its standby volume was armed, and here is nothing. */
    private boolean isNew() throws IOException {
        return there != null && !hasSegments(here) && read(here, FILE_NAME) == null && found() != null;
    }

    private int floorOf(String past) throws IOException {
        String number = past.endsWith(ARMED) ? past.substring(0, past.length() - ARMED.length()) : past;
        try {
            return Integer.parseInt(number);
        } catch (NumberFormatException e) {
            throw new IOException(here.resolve(PAST_NAME) + " does not begin with a number: " + past, e);
        }
    }

    /**
     * For a shard that is to have no standby volume: it must not have had one.
     *
     * @throws StandbyAwayException when it had one
     */
    public void requireNeverArmed() throws IOException {
        String known = read(here, FILE_NAME);
        if (known != null) {
            throw away("it had one, and standby.directory is not set", known);
        }
    }

    /**
     * Makes sure that here and there belong together, and arms a standby that is new.
     *
     * @param problem why there is no standby directory, or {@code null}
     * @throws StandbyAwayException when what is on the shard's standby volume cannot be known
     * @throws IOException when a file of the data directory cannot be read or written
     */
    public void require(String problem) throws IOException {
        if (there == null) {
            throw away(problem, read(here, FILE_NAME));
        }
        String found = found();
        String known;
        try {
            known = read(here, FILE_NAME);
        } catch (IOException e) {
            if (found == null) {
                throw e;
            }
            // The shard's own volume has failed; its standby volume is one that was armed.
            return;
        }
        if (known == null) {
            arm(found);
        } else if (!known.equals(found)) {
            String is = found == null ? "is not the one it had before (is its volume mounted?)" : "is another shard's";
            throw away("the standby directory " + there + " " + is, known);
        }
    }

    /**
     * Why what is on the standby volume named here may not be what the shard wrote there, or {@code null}: for tools that only
     * read, and believe a shard that was never armed.
     */
    public String mismatch() throws IOException {
        String known = read(here, FILE_NAME);
        if (known == null || (there != null && known.equals(read(there, FILE_NAME)))) {
            return null;
        }
        return there == null
                ? "shard " + shard + " has a standby volume, which was not looked at; name it with --standby"
                : there + " is not the standby volume of shard " + shard + ": its " + FILE_NAME
                        + " is another one or missing";
    }

    private String found() throws IOException {
        try {
            return read(there, FILE_NAME);
        } catch (IOException e) {
            throw away("the standby directory " + there + " cannot be read: " + e, read(here, FILE_NAME));
        }
    }

    private void arm(String found) throws IOException {
        if (found != null && hasSegments(here) && hasSegments(there)) {
            throw away("the standby directory " + there + " holds segments of another data directory", null);
        }
        String id = found == null ? UUID.randomUUID().toString() : found;
        try {
            if (found == null) {
                if (hasSegments(there)) {
                    throw away("the standby directory " + there + " holds segments of unknown origin", null);
                }
                write(there, FILE_NAME, id);
            }
        } catch (StandbyAwayException e) {
            throw e;
        } catch (IOException e) {
            throw away("the standby directory " + there + " cannot be written: " + e, null);
        }
        String past = read(here, PAST_NAME);
        write(here, PAST_NAME, (past == null ? 0 : floorOf(past)) + ARMED);
        // Last: once it is known here, it has to be there.
        write(here, FILE_NAME, id);
    }

    private StandbyAwayException away(String why, String known) {
        String remedy = known == null
                ? "; mend that or name another directory in standby.directory, and start again"
                : "; bring it back and start again. Only if it is lost for ever: delete " + here.resolve(FILE_NAME)
                        + ", and what is only on it is given up";
        return new StandbyAwayException("shard " + shard
                + " is open for reading only, as nobody knows which sequences its standby volume holds: "
                + why + remedy);
    }

    private boolean hasSegments(Path shardDirectory) throws IOException {
        try {
            return !SegmentName.list(files, DataLayout.segmentsOf(shardDirectory))
                    .isEmpty();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** What the file says, or {@code null} when it is known not to be there: one that cannot be asked for may be. */
    private String read(Path shardDirectory, String name) throws IOException {
        try (FileChannel channel = files.open(shardDirectory.resolve(name), StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private void write(Path shardDirectory, String name, String text) throws IOException {
        Directories.createWithParents(files, shardDirectory);
        Path fresh = shardDirectory.resolve(name + NEW_SUFFIX);
        try (FileChannel channel = files.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            files.write(channel, fresh, ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.US_ASCII)));
            files.force(channel, fresh);
        }
        files.rename(fresh, shardDirectory.resolve(name));
        files.forceDirectory(shardDirectory);
    }
}
