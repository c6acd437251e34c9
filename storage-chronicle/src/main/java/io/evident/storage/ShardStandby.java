package io.evident.storage;

import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.HungForceException;
import io.evident.pipeline.journal.RetainedBlocks;
import io.evident.pipeline.journal.StandbyVolume;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.directory.DataLayout;
import io.evident.storage.emergency.OpenedEmergency;
import io.evident.storage.file.Directories;
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
import java.util.Set;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The standby volume of one shard. When it is taken over, the blocks that were not forced are written into a segment of
 * their own there, which goes on with the numbers of the incarnation that failed; then the next incarnation begins there.
 * Made by the thread that opens, then the writer's; {@link #isInUse} is for any thread.
 */
public final class ShardStandby implements StandbyVolume, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardStandby.class);

    private final FileOperations files;
    private final JournalSettings settings;
    private final BlockFile.Opener opener;
    private final Path root;
    private final Path segments;
    private ChronicleJournal guarded;
    private OpenedEmergency emergency;
    private volatile boolean hangs;
    private volatile ChronicleJournal opened;

    /** @param root the standby directory of all shards */
    ShardStandby(FileOperations files, JournalSettings settings, BlockFile.Opener opener, Path root, int shard) {
        this.files = files;
        this.settings = settings;
        this.opener = opener;
        this.root = root;
        this.segments = DataLayout.segments(root, shard);
    }

    /**
     * The journal to go on for.
     *
     * @param beside the emergency journal, of which a copy is on the same volume
     */
    void guard(ChronicleJournal journal, OpenedEmergency beside) {
        emergency = beside;
        guarded = journal;
    }

    /** Whether the shard's own volume hangs: who closes files of it may hang, too. */
    boolean isOwnHanging() {
        return hangs || (guarded != null && guarded.isHanging());
    }

    /** Whether the shard is written to here. */
    public boolean isInUse() {
        return opened != null;
    }

    Path segmentsDirectory() {
        return segments;
    }

    @Override
    public int retainedBytes() {
        return settings.standby().retainedBytes();
    }

    @Override
    public long forceTimeoutNs() {
        return settings.standby().forceTimeout().toNanos();
    }

    @Override
    public Taken takeOver(RetainedBlocks unforced, Throwable failure) throws IOException {
        ChronicleJournal failed = guarded;
        failed.giveUp(failure);
        hangs = failure instanceof HungForceException;
        ShardBlocks blocks = failed.blocks();
        LOG.warn(
                "shard {}: from {} to {}, with {} blocks that are not forced: {}",
                failed.shard(),
                failed.segmentsDirectory(),
                segments,
                unforced.size(),
                String.valueOf(failure));
        try {
            prepare();
            RecoveredShard end = unforced.size() == 0 ? endOf(failed) : writeAgain(unforced, failed);
            ChronicleJournal next = begin(end, failed.incarnation());
            BlockInfo last = unforced.size() == 0 ? null : blocks.block(blocks.blockCount() - 1);
            return new Taken(next, last);
        } finally {
            // Whatever came of it: the volume has failed, and nobody may hang in it.
            failOwnVolume(failed);
            abandon(failed);
        }
    }

    private void failOwnVolume(ChronicleJournal failed) {
        Path own = failed.segmentsDirectory();
        String reason = "the volume of " + own
                + " failed; what is on it can be read again when it is back and the server" + " was started again";
        failed.blocks().failVolume(own, reason, hangs);
        emergency.failVolume(own.getParent(), reason, hangs);
    }

    /** Sees to it that the shard's directory is there, and found again. */
    void prepare() throws IOException {
        Directories.createWithParents(files, segments);
        for (Path each = segments; !each.equals(root); each = each.getParent()) {
            files.forceDirectory(each.getParent());
        }
    }

    private static RecoveredShard endOf(ChronicleJournal failed) {
        return new RecoveredShard(
                failed.blocks(),
                failed.nextSequence(),
                failed.lastHash(),
                failed.foldedThrough(),
                failed.incarnation(),
                null,
                Set.of());
    }

    private RecoveredShard writeAgain(RetainedBlocks unforced, ChronicleJournal failed) throws IOException {
        ShardBlocks blocks = failed.blocks();
        Block block = new Block();
        byte[] lastHash = failed.lastHash().clone();
        long foldedThrough = failed.foldedThrough();
        long nextSequence = failed.nextSequence();
        BlockInfo doubtful = null;
        try (RewrittenBlocks again =
                new RewrittenBlocks(files, opener, segments, failed.unusedName(), settings.segmentBytes(), blocks)) {
            for (int i = 0; i < unforced.size(); i++) {
                unforced.read(i, block);
                boolean isDoubtful = block.firstSequence() == failed.nextSequence();
                if (isDoubtful) {
                    // Its envelope was not completed, or it was, to the same bytes.
                    foldedThrough = Math.max(foldedThrough, block.foldedThrough());
                    EnvelopeLayout.write(
                            block, failed.shard(), failed.incarnation(), foldedThrough, lastHash, new CRC32C());
                    new BlockHash().hash(block.bytes(), 0, block.lengthBytes(), lastHash);
                    nextSequence += block.count();
                }
                BlockInfo info = again.append(block.bytes(), block.lengthBytes());
                doubtful = isDoubtful ? info : null;
            }
            again.force();
            again.markComplete();
            publish(blocks, again.infos(), doubtful, foldedThrough);
        }
        return new RecoveredShard(blocks, nextSequence, lastHash, foldedThrough, failed.incarnation(), null, Set.of());
    }

    /**
     * Writes what is on the shard's own volume and may be in memory only again here, forced, for a start that can read that
     * volume and not write it.
     *
     * @param own the segments of the shard's own volume
     */
    void writeAgain(RecoveredShard recovered, Path own) throws IOException {
        ShardBlocks blocks = recovered.blocks();
        BlockReader reader = new BlockReader();
        // What was damaged or missing is not written again: then the segment must not look complete.
        boolean isWhole = recovered.report().seriousCount() == 0;
        int at = 0;
        while (at < blocks.blockCount()) {
            int incarnation = blocks.block(at).incarnation();
            int end = at;
            List<Integer> unsettled = new ArrayList<>();
            while (end < blocks.blockCount() && blocks.block(end).incarnation() == incarnation) {
                if (recovered.unsettled().contains(blocks.block(end).segment())) {
                    unsettled.add(end);
                }
                end++;
            }
            if (!unsettled.isEmpty()) {
                writeAgain(blocks, unsettled, unusedName(incarnation, own), isWhole, reader);
            }
            at = end;
        }
    }

    private void writeAgain(
            ShardBlocks blocks, List<Integer> indexes, SegmentName name, boolean isWhole, BlockReader reader)
            throws IOException {
        try (RewrittenBlocks again =
                new RewrittenBlocks(files, opener, segments, name, settings.segmentBytes(), blocks)) {
            for (int index : indexes) {
                BlockInfo info = blocks.block(index);
                blocks.read(info, reader);
                again.append(reader.buffer(info.lengthBytes()), info.lengthBytes());
            }
            again.force();
            if (isWhole) {
                again.markComplete();
            }
            for (int i = 0; i < indexes.size(); i++) {
                blocks.replace(indexes.get(i), List.of(again.infos().get(i)));
            }
        }
    }

    private SegmentName unusedName(int incarnation, Path own) throws IOException {
        int highest = -1;
        List<SegmentName> names = new ArrayList<>(SegmentName.list(files, segments));
        names.addAll(SegmentName.list(files, own));
        for (SegmentName name : names) {
            highest = name.incarnation() == incarnation ? Math.max(highest, name.number()) : highest;
        }
        return new SegmentName(incarnation, highest + 1);
    }

    private static void publish(ShardBlocks blocks, List<BlockInfo> infos, BlockInfo doubtful, long foldedThrough) {
        List<BlockInfo> known = doubtful == null ? infos : infos.subList(0, infos.size() - 1);
        if (!known.isEmpty()) {
            BlockInfo first = known.get(0);
            blocks.replace(blocks.indexOf(first.incarnation(), first.firstSequence()), known);
        }
        if (doubtful != null) {
            blocks.add(doubtful, foldedThrough);
        }
    }

    /** Begins the incarnation behind {@code lastIncarnation} here. */
    ChronicleJournal begin(RecoveredShard end, int lastIncarnation) throws IOException {
        SegmentName first = DataDirectory.beginIncarnation(files, segments, lastIncarnation);
        ChronicleJournal journal = new ChronicleJournal(files, settings, opener, segments, first, end, null, true);
        opened = journal;
        return journal;
    }

    /** On a thread of its own: closing files of a volume that hangs hangs, too. */
    private static void abandon(ChronicleJournal failed) {
        failed.leaveToAbandon();
        Thread closing = new Thread(
                () -> {
                    try {
                        failed.abandon();
                    } catch (IOException | RuntimeException | Error e) {
                        LOG.warn(
                                "shard {}: files of the failed volume could not be closed: {}",
                                failed.shard(),
                                e.toString());
                    }
                },
                "abandoned-journal-" + failed.shard());
        closing.setDaemon(true);
        closing.start();
    }

    @Override
    public void close() throws IOException {
        ChronicleJournal journal = opened;
        if (journal != null) {
            journal.close();
        }
    }
}
