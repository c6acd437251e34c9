package io.evident.storage;

import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.journal.NotWrittenException;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.file.Closing;
import io.evident.storage.file.FileOperations;
import io.evident.storage.recovery.RecoveredShard;
import io.evident.storage.segment.BlockFile;
import io.evident.storage.segment.BlockHash;
import io.evident.storage.segment.EnvelopeLayout;
import io.evident.storage.segment.SegmentName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.CRC32C;

/**
 * The journal of one shard in one incarnation: numbers, links and checks the blocks, writes them to the current segment
 * and begins the next one when it is full.
 *
 * <p>Two threads may use it at a time, the writer {@link #append} and the committer {@link #force}. The segments still
 * to be forced stand in a queue: the writer adds at its end before it appends, the committer takes from its front what
 * is finished and forced, and has it sealed.
 */
final class ChronicleJournal implements Journal {
    /** How long a close waits for a segment that is being sealed; then its volume hangs. */
    private static final long SEAL_MS = 10_000;

    private final FileOperations files;
    private final JournalSettings settings;
    private final BlockFile.Opener opener;
    private final Path segmentsDirectory;
    private final ShardBlocks blocks;
    private final int shard;
    private final int incarnation;
    private final ConcurrentLinkedQueue<ActiveSegment> unforced = new ConcurrentLinkedQueue<>();
    private final SegmentSealing sealing;

    private final CRC32C crc = new CRC32C();
    private final BlockHash sha256 = new BlockHash();
    private final byte[] previousHash = new byte[EnvelopeLayout.HASH_BYTES];
    private long foldedThrough;
    private long nextSequence;
    private final NextSegment next;
    private final ShardStandby standby;
    private final boolean isOnStandby;
    private ActiveSegment current;
    /** Whether the current segment is done and the next one could not be begun yet. */
    private boolean finished;

    private volatile IOException failure;
    private volatile IOException forceFailure;
    private volatile boolean forcing;
    private volatile boolean closed;
    /** Whether nothing was under way when that was asked first; {@code null} before. */
    private Boolean isAtRest;

    /**
     * Opens the journal behind what recovery found, in a segment whose directory is there, empty and forced.
     *
     * @param standby where to go on when the volume fails, or {@code null}
     * @param isOnStandby whether this is a journal on the standby volume itself
     */
    ChronicleJournal(
            FileOperations files,
            JournalSettings settings,
            BlockFile.Opener opener,
            Path segmentsDirectory,
            SegmentName firstSegment,
            RecoveredShard recovered,
            ShardStandby standby,
            boolean isOnStandby)
            throws IOException {
        this.standby = standby;
        this.isOnStandby = isOnStandby;
        this.files = files;
        this.settings = settings;
        this.opener = opener;
        this.segmentsDirectory = segmentsDirectory;
        this.blocks = recovered.blocks();
        this.shard = blocks.shard();
        this.incarnation = firstSegment.incarnation();
        this.sealing = new SegmentSealing(shard, settings.sealing());
        this.nextSequence = recovered.nextSequence();
        this.foldedThrough = recovered.foldedThrough();
        System.arraycopy(recovered.lastHash(), 0, previousHash, 0, EnvelopeLayout.HASH_BYTES);
        this.next = new NextSegment(files, segmentsDirectory, shard, firstSegment);
        this.current = open(firstSegment, settings.clock().getAsLong());
    }

    @Override
    public int shard() {
        return shard;
    }

    @Override
    public int incarnation() {
        return incarnation;
    }

    @Override
    public long nextSequence() {
        return nextSequence;
    }

    @Override
    public BlockInfo append(Block block) throws IOException {
        failIf(failure);
        if (block.count() == 0 || block.firstSequence() != nextSequence) {
            throw new IllegalArgumentException("a block of " + block.count() + " events from sequence "
                    + block.firstSequence() + "; " + nextSequence + " is next");
        }
        if (block.foldedThrough() != 0 && block.foldedThrough() < foldedThrough) {
            throw new IllegalArgumentException("a block that folds through " + block.foldedThrough() + "; through "
                    + foldedThrough + " is folded");
        }
        try {
            return write(block);
        } catch (NotWrittenException e) {
            failure = e.endsJournal() ? e : failure;
            throw e;
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public ShardStandby standby() {
        return standby;
    }

    @Override
    public boolean isOnStandby() {
        return isOnStandby;
    }

    // ---- for the standby volume, which goes on where this ends; the writer's thread ----

    /** Nothing is appended from now on. */
    void giveUp(Throwable reason) {
        sealing.giveUp();
        failure = reason instanceof IOException io ? io : new IOException(reason);
    }

    /** The hash of the last block that was appended; not to be changed. */
    byte[] lastHash() {
        return previousHash;
    }

    /** How far the last block that was appended says that the emergency journal is folded in. */
    long foldedThrough() {
        return foldedThrough;
    }

    /** The name of a segment of this incarnation that is not used by any other. */
    SegmentName unusedName() {
        return next.name();
    }

    Path segmentsDirectory() {
        return segmentsDirectory;
    }

    ShardBlocks blocks() {
        return blocks;
    }

    /** Whether a force is under way, or the sealing of a segment that does not end. Once committer and writer have ended. */
    boolean isHanging() {
        if (isAtRest == null) {
            sealing.end();
            isAtRest = !forcing && sealing.awaitRest(SEAL_MS);
        }
        return !isAtRest;
    }

    /** From now on {@link #close} does nothing: {@link #abandon} follows, on any thread. */
    void leaveToAbandon() {
        closed = true;
    }

    /** Closes what is open without forcing or sealing; takes as long as the failed volume does. */
    void abandon() throws IOException {
        List<AutoCloseable> steps = new ArrayList<>();
        if (!finished) {
            steps.add(current::abandon);
        }
        steps.add(this::closeForceChannels);
        Closing.all(steps);
    }

    private void closeForceChannels() throws IOException {
        for (ActiveSegment segment : unforced) {
            segment.closeForceChannel();
        }
    }

    private BlockInfo write(Block block) throws IOException {
        int lengthBytes = block.lengthBytes();
        long nowNs = settings.clock().getAsLong();
        if (finished || current.isFullFor(lengthBytes, nowNs, settings)) {
            followOn(nowNs);
        }
        current.makeRoom(lengthBytes, block.lane());
        byte[] bytes = block.bytes();
        long foldsThrough = Math.max(foldedThrough, block.foldedThrough());
        EnvelopeLayout.write(block, shard, incarnation, foldsThrough, previousHash, crc);
        long position = current.append(bytes, lengthBytes);
        BlockInfo info = EnvelopeLayout.info(bytes, 0, current.number(), position);
        // First, so that whoever sees the block knows that the next force covers it.
        current.appended();
        blocks.add(info, foldsThrough);
        foldedThrough = foldsThrough;
        nextSequence += block.count();
        sha256.hash(bytes, 0, lengthBytes, previousHash);
        return info;
    }

    /**
     * Begins the next segment, if that is possible now. While it is not, for want of room or of files to open, the
     * current one grows on beyond its limit: unless the next one's directory was there already, because then every
     * reader takes the current one for finished.
     */
    private void followOn(long nowNs) throws IOException {
        if (next.isDue(nowNs)) {
            try {
                beginNextSegment(nowNs);
            } catch (IOException e) {
                next.failed(e, nowNs, finished);
            }
        }
        if (finished) {
            throw next.notWritten();
        }
    }

    private void beginNextSegment(long nowNs) throws IOException {
        next.check();
        SegmentName name = next.name();
        Path directory = segmentsDirectory.resolve(name.toString());
        files.createDirectory(directory);
        if (!finished) {
            current.finish(blocks, foldedThrough, previousHash);
            finished = true;
        }
        try {
            current = open(name, nowNs);
        } catch (IOException e) {
            next.tidy(directory, e);
            throw e;
        }
        finished = false;
        next.begun();
    }

    private ActiveSegment open(SegmentName name, long nowNs) throws IOException {
        Path directory = segmentsDirectory.resolve(name.toString());
        ActiveSegment opened = ActiveSegment.open(
                files, directory, name, opener, settings.segmentBytes(), blocks, previousHash, nowNs);
        unforced.add(opened);
        return opened;
    }

    @Override
    public void force() throws IOException {
        failIf(forceFailure);
        forcing = true;
        try {
            for (ActiveSegment segment : unforced) {
                // Asked for before the force, so that the force covers every block of a finished segment.
                boolean isFinished = segment.isFinished();
                segment.force();
                if (isFinished) {
                    unforced.remove(segment);
                    segment.closeForceChannel();
                    sealing.add(segment);
                }
            }
        } catch (IOException e) {
            forceFailure = e;
            failure = e;
            sealing.giveUp();
            throw e;
        } finally {
            forcing = false;
        }
    }

    private void failIf(IOException earlier) throws IOException {
        if (earlier != null) {
            throw new IOException(
                    "the journal of shard " + shard + " failed earlier: " + earlier.getMessage(), earlier);
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        List<AutoCloseable> steps = new ArrayList<>();
        // What hangs is not waited for; nor is a failed volume asked for another force where there is a standby one.
        boolean hangs = isHanging();
        boolean whole = failure == null && !hangs;
        steps.add(() -> {
            if (finished) {
                return;
            }
            if (whole) {
                current.finish(blocks, foldedThrough, previousHash);
            } else {
                current.abandon();
            }
        });
        if (whole || (standby == null && !hangs)) {
            steps.add(this::force);
            steps.add(sealing::sealRest);
        }
        steps.add(this::closeForceChannels);
        Closing.all(steps);
    }
}
