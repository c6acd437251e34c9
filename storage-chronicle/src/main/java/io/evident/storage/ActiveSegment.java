package io.evident.storage;

import io.evident.event.Lane;
import io.evident.storage.blocks.SegmentSeal;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.BlockFile;
import io.evident.storage.segment.ChronicleBlockFile;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A segment that is being written, or was and is still to be forced or sealed. Its first half belongs to the writer, its second
 * to the committer; what passes between them is {@link #appendedBlocks} and {@link #finished}, both volatile. The last part belongs to who
 * gets it from the committer.
 */
final class ActiveSegment {
    /** Who seals a segment, or takes out of it what has expired, has something about each of its blocks in memory. */
    static final int MAX_BLOCKS = 1 << 18;

    private final FileOperations files;
    private final Path directory;
    private final SegmentName name;
    private final int number;
    private final BlockFile file;
    private final FileChannel forceChannel;
    private final int firstBlock;
    private final byte[] firstPreviousHash;

    private final long openedNs;
    private long endPosition;
    private volatile int appendedBlocks;
    /** What the seal keeps beside the blocks: there once {@link #finished} says so. */
    private ShardBlocks blocks;

    private long foldedThrough;
    private byte[] lastHash;
    private volatile boolean finished;

    private int forcedBlocks;
    private boolean directoriesForced;

    private ActiveSegment(
            FileOperations files,
            Path directory,
            SegmentName name,
            int number,
            BlockFile file,
            FileChannel forceChannel,
            int firstBlock,
            byte[] firstPreviousHash,
            long openedNs) {
        this.files = files;
        this.directory = directory;
        this.name = name;
        this.number = number;
        this.file = file;
        this.forceChannel = forceChannel;
        this.firstBlock = firstBlock;
        this.firstPreviousHash = firstPreviousHash.clone();
        this.openedNs = openedNs;
    }

    /** Creates the files of a segment in its directory, which is there and empty. */
    static ActiveSegment open(
            FileOperations files,
            Path directory,
            SegmentName name,
            BlockFile.Opener opener,
            long segmentBytes,
            ShardBlocks blocks,
            byte[] firstPreviousHash,
            long nowNs)
            throws IOException {
        BlockFile file = opener.open(directory, segmentBytes);
        try {
            SegmentReader reader = new SegmentReader(files, directory, name);
            FileChannel forceChannel = files.open(reader.file(), StandardOpenOption.WRITE);
            int number = blocks.addSegment(reader);
            return new ActiveSegment(
                    files, directory, name, number, file, forceChannel, blocks.blockCount(), firstPreviousHash, nowNs);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** The number that its blocks carry. */
    int number() {
        return number;
    }

    // ---- the writer's half ----

    /** Whether a block of this length has to go to the next segment. The first block always fits. */
    boolean isFullFor(int lengthBytes, long nowNs, JournalSettings settings) {
        boolean tooLong = endPosition + lengthBytes > settings.segmentBytes();
        boolean tooOld = nowNs - openedNs > settings.segmentAge().toNanos();
        return appendedBlocks > 0 && (tooLong || tooOld || appendedBlocks >= MAX_BLOCKS);
    }

    /** Sees to it that a block of this length finds room on the disk; see {@link BlockFile#makeRoom}. */
    void makeRoom(int lengthBytes, Lane lane) throws IOException {
        file.makeRoom(lengthBytes, lane);
    }

    /** Writes a block; returns its position. It counts as appended only after {@link #appended}. */
    long append(byte[] bytes, int lengthBytes) throws IOException {
        long position = file.append(bytes, lengthBytes);
        endPosition = position + lengthBytes;
        return position;
    }

    /** The block just written is in the shard's directory. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the writer's thread ever writes it.
    void appended() {
        appendedBlocks++;
    }

    /** Ends writing. The seal is written behind the last force. */
    void finish(ShardBlocks of, long throughLast, byte[] hashOfLast) throws IOException {
        file.close();
        blocks = of;
        foldedThrough = throughLast;
        lastHash = hashOfLast.clone();
        finished = true;
    }

    /** Ends writing after a failure: nothing is promised about the segment. */
    void abandon() throws IOException {
        file.close();
    }

    // ---- the committer's half ----

    /** Whether the writer is done with the segment: ask before {@link #force}. */
    boolean isFinished() {
        return finished;
    }

    /** Forces what was appended before the call, and that the file is found again. */
    void force() throws IOException {
        int appended = appendedBlocks;
        if (appended != forcedBlocks) {
            files.force(forceChannel, directory.resolve(ChronicleBlockFile.FILE_NAME));
        }
        if (!directoriesForced) {
            files.forceDirectory(directory);
            files.forceDirectory(directory.getParent());
            directoriesForced = true;
        }
        forcedBlocks = appended;
    }

    void closeForceChannel() throws IOException {
        forceChannel.close();
    }

    // ---- for who seals it, once it is finished and forced ----

    /**
     * Puts the seal together and writes it. A segment of which anything was written again on the standby volume meanwhile gets none, and is
     * read at the next start.
     *
     * @return false when it could not be written, and may be tried again
     */
    boolean trySeal(int shard) {
        SegmentSeal seal = new SegmentSeal(
                blocks, firstBlock, firstBlock + appendedBlocks, foldedThrough, firstPreviousHash, lastHash);
        if (!seal.isOf(number)) {
            return true;
        }
        if (!seal.tryWrite(files, directory, shard, name)) {
            return false;
        }
        blocks.sealed(firstBlock, seal.entries(files, directory, number));
        return true;
    }
}
