package io.evident.storage;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import io.evident.storage.segment.EnvelopeLayout;
import io.evident.storage.segment.FileOperations;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.segment.SegmentReader;
import io.evident.storage.segment.SegmentRewrite;
import io.evident.storage.segment.SegmentSeal;
import io.evident.storage.segment.SegmentWalker;
import io.evident.storage.segment.ShardBlocks;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what a shard has, segment by segment in order: every block of unsealed segments, the seals of the others.
 * Whatever is damaged is reported and set aside; whatever is whole is taken. Used once, by one thread.
 */
final class ShardRecovery {
    /** How a shard is looked at. */
    enum Mode {
        /** By the server, which holds the lock: seals count, what is not sealed yet is forced and sealed. */
        OPEN(true, false),
        /** Where nothing can or may be written and nobody writes: seals count, nothing is forced or sealed. */
        READ(true, false),
        /** By a tool, while nobody writes: every block is read, nothing is written. */
        VERIFY(false, false),
        /** By a tool beside a server at work: the same, but the end of the last segment is only the end for now. */
        VERIFY_LIVE(false, true),
        /** By a tool in a hurry, beside a server at work: the same, but seals count. */
        READ_LIVE(true, true);

        private final boolean trustsSeals;
        private final boolean live;

        Mode(boolean trustsSeals, boolean live) {
            this.trustsSeals = trustsSeals;
            this.live = live;
        }
    }

    private final FileOperations files;
    private final Path segmentsDirectory;
    private final int shard;
    private final Mode mode;
    private final VerifyListener listener;
    private final BlockReader reading = new BlockReader();
    private final ShardBlocks blocks;
    private final MessageDigest sha256 = ChronicleJournal.sha256();
    private final byte[] lastHash = new byte[EnvelopeLayout.HASH_BYTES];
    private final List<Damage> damage = new ArrayList<>();
    private SegmentWalker walker;
    private int damageCount;
    private int seriousCount;
    private int sealedSegments;
    private long events;
    private long nextSequence;
    private long foldedThrough;
    /** The incarnation that blocks are missing of, whose later blocks are not believed about folding; 0 for none. */
    private int incarnationWithGap;

    /** Whether something was set aside since the last good block, so that the next one's link cannot fit. */
    private boolean linkLost;

    ShardRecovery(FileOperations files, Path segmentsDirectory, int shard, Mode mode) {
        this(files, segmentsDirectory, shard, mode, VerifyListener.NONE);
    }

    ShardRecovery(FileOperations files, Path segmentsDirectory, int shard, Mode mode, VerifyListener listener) {
        this.files = files;
        this.segmentsDirectory = segmentsDirectory;
        this.shard = shard;
        this.mode = mode;
        this.listener = listener;
        this.blocks = new ShardBlocks(shard);
    }

    /**
     * Reads everything.
     *
     * @throws IOException when the directory cannot be listed, or what was found cannot be forced: it could be read now,
     *     but not vouched for
     */
    RecoveredShard run() throws IOException {
        long startNs = System.nanoTime();
        List<SegmentName> names = segments();
        try {
            for (SegmentName name : ordered(names)) {
                recover(name, !mode.live || !name.equals(names.get(names.size() - 1)));
            }
        } catch (IOException | RuntimeException e) {
            blocks.close();
            throw e;
        }
        return result(names, startNs);
    }

    /**
     * The same where nothing is written, for a shard whose directory may be unreadable too: then it is empty, and its
     * report says why.
     */
    RecoveredShard runOrReportUnreadable() throws IOException {
        long startNs = System.nanoTime();
        try {
            return run();
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            report(new Damage(
                    DamageKind.UNREADABLE, segmentsDirectory.getFileName().toString(), 0, 0, e.toString()));
            return result(List.of(), startNs);
        }
    }

    private RecoveredShard result(List<SegmentName> names, long startNs) {
        RecoveryReport report = new RecoveryReport(
                shard,
                names.size(),
                sealedSegments,
                blocks.blockCount(),
                events,
                nextSequence - 1,
                damageCount,
                damage,
                Duration.ofNanos(System.nanoTime() - startNs));
        int lastIncarnation = names.isEmpty() ? 0 : names.get(names.size() - 1).incarnation();
        return new RecoveredShard(blocks, nextSequence, lastHash, foldedThrough, lastIncarnation, report);
    }

    private List<SegmentName> ordered(List<SegmentName> names) {
        SegmentOrder order = new SegmentOrder(files, segmentsDirectory, shard);
        List<SegmentName> ordered = order.of(names);
        for (SegmentName name : order.misplaced()) {
            report(new Damage(
                    DamageKind.FOREIGN,
                    name.toString(),
                    0,
                    0,
                    "the file holds blocks of another segment of this incarnation; they are served in their order"));
        }
        return ordered;
    }

    private List<SegmentName> segments() throws IOException {
        for (Path entry : files.list(segmentsDirectory)) {
            String fileName = entry.getFileName().toString();
            if (SegmentName.parse(fileName) == null) {
                reportUnknownFile(fileName);
            }
        }
        return SegmentName.list(files, segmentsDirectory);
    }

    private void reportUnknownFile(String fileName) {
        report(new Damage(DamageKind.UNKNOWN_FILE, fileName, 0, 0, "this is no segment; it is left alone"));
    }

    private void recover(SegmentName name, boolean finished) throws IOException {
        Path directory = segmentsDirectory.resolve(name.toString());
        SegmentReader reader = new SegmentReader(files, directory, name);
        int segment = blocks.addSegment(reader);
        int seriousBefore = seriousCount;
        byte[] hashBefore = lastHash.clone();
        int firstBlock = blocks.blockCount();
        try {
            SegmentSeal seal = SegmentSeal.read(files, directory, shard, name);
            if (seal == null && SegmentSeal.exists(files, directory)) {
                reportSeal(name, "it is damaged, or another segment's, or of a later version");
            }
            if (seal != null && mode.trustsSeals && seal.fits(reader)) {
                takeSealed(seal, name, segment);
                return;
            }
            read(reader, segment, finished, seal);
            compareWith(seal, name, firstBlock);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            report(new Damage(DamageKind.UNREADABLE, name.toString(), 0, 0, e.toString()));
            linkLost = true;
            if (blocks.blockCount() == firstBlock) {
                return;
            }
        }
        if (mode == Mode.OPEN && reader.exists()) {
            // Not behind a gap either: the seal would keep what is believed of folding now, and the gap may only be a
            // segment that cannot be read for the moment.
            boolean whole = seriousCount == seriousBefore && name.incarnation() != incarnationWithGap;
            settle(directory, reader, firstBlock, hashBefore, whole);
        }
    }

    private void read(SegmentReader reader, int segment, boolean finished, SegmentSeal seal) throws IOException {
        if (reader.exists()) {
            walk(reader, segment, finished || seal != null);
        } else if (seal == null && finished) {
            lookForLeftovers(reader);
        }
    }

    /** Without its file, a segment is one that was begun and not written to; or one whose file is gone or hidden. */
    private void lookForLeftovers(SegmentReader reader) throws IOException {
        List<Path> entries;
        try {
            entries = files.list(reader.file().getParent());
        } catch (NotDirectoryException e) {
            reportUnknownFile(reader.name().toString());
            return;
        }
        if (entries.contains(reader.file())) {
            throw new AccessDeniedException(reader.file().toString());
        }
        if (!entries.isEmpty()) {
            report(
                    new Damage(
                            DamageKind.UNFINISHED,
                            reader.name().toString(),
                            0,
                            0,
                            "there is no journal file: the process stopped as it began the segment, or the file was taken away"));
        }
    }

    private void takeSealed(SegmentSeal seal, SegmentName name, int segment) {
        sealedSegments++;
        for (int i = 0; i < seal.blocks(); i++) {
            BlockInfo info = seal.block(i, segment);
            if (i == 0) {
                checkLink(name, info, Arrays.equals(seal.firstPreviousHash(), lastHash));
            }
            take(name, info, seal.foldedThrough(i));
        }
        if (seal.blocks() > 0) {
            System.arraycopy(seal.lastHash(), 0, lastHash, 0, lastHash.length);
        }
    }

    private void walk(SegmentReader reader, int segment, boolean finished) throws IOException {
        walker = walker == null ? new SegmentWalker(reader, shard) : new SegmentWalker(reader, shard, walker);
        long checked = 0;
        while (true) {
            SegmentWalker.Step step = walker.next(finished);
            long upTo = step == SegmentWalker.Step.END ? reader.sizeBytes() : walker.behindLastBlock();
            listener.checked(Math.max(0, upTo - checked));
            checked = Math.max(checked, upTo);
            switch (step) {
                case END -> {
                    return;
                }
                case DAMAGE -> {
                    report(walker.damage());
                    linkLost |= walker.damage().isSerious();
                }
                case BLOCK -> takeWalked(reader.name(), segment);
            }
        }
    }

    private void takeWalked(SegmentName name, int segment) {
        byte[] bytes = walker.bytes();
        int offset = walker.blockOffset();
        BlockInfo info = walker.info(segment);
        int linkAt = offset + EnvelopeLayout.PREVIOUS_HASH_AT;
        checkLink(name, info, Arrays.equals(bytes, linkAt, linkAt + lastHash.length, lastHash, 0, lastHash.length));
        long folded = EnvelopeLayout.foldedThrough(bytes, offset);
        if (take(name, info, folded)) {
            ChronicleJournal.hash(sha256, bytes, offset, info.lengthBytes(), lastHash);
            tell(info, bytes, offset);
        }
    }

    private void tell(BlockInfo info, byte[] bytes, int offset) {
        if (listener != VerifyListener.NONE) {
            System.arraycopy(bytes, offset, reading.buffer(info.lengthBytes()), 0, info.lengthBytes());
            reading.begin(info);
            listener.block(reading);
        }
    }

    /** A link that does not fit behind known damage is explained by it; any other is a finding of its own. */
    private void checkLink(SegmentName name, BlockInfo info, boolean fits) {
        if (!fits && !linkLost && info.firstSequence() == nextSequence) {
            report(new Damage(
                    DamageKind.CHAIN,
                    name.toString(),
                    info.position(),
                    0,
                    "the block from sequence " + info.firstSequence() + " does not follow the block before it"));
        }
        linkLost = false;
    }

    private boolean take(SegmentName name, BlockInfo info, long folded) {
        long first = info.firstSequence();
        BlockInfo last = blocks.blockCount() == 0 ? null : blocks.block(blocks.blockCount() - 1);
        boolean laterIncarnation = last != null && info.incarnation() > last.incarnation();
        // A segment that could not be read when a later incarnation began may be there again: then both hold what was
        // acknowledged, under identities of their own.
        boolean newSequences = last == null || laterIncarnation || first > last.lastSequence();
        if (first < nextSequence && (laterIncarnation || !newSequences)) {
            report(new Damage(
                    DamageKind.OVERLAP,
                    name.toString(),
                    info.position(),
                    info.lengthBytes(),
                    "sequences " + first + " to " + info.lastSequence() + " come again"
                            + (newSequences ? ", in a later incarnation" : "")));
        }
        if (!newSequences) {
            return false;
        }
        if (first > nextSequence) {
            report(new Damage(
                    DamageKind.GAP,
                    name.toString(),
                    info.position(),
                    0,
                    "sequences " + nextSequence + " to " + (first - 1) + " are missing"));
            incarnationWithGap = info.incarnation();
        }
        // A missing block may be one that folded events in. They are still in the emergency journal, as it was not
        // forced;
        // so what later blocks of the same writer say about folding does not count, until a later start has seen to it.
        foldedThrough = info.incarnation() == incarnationWithGap ? foldedThrough : folded;
        blocks.add(info, foldedThrough);
        events += info.count();
        nextSequence = Math.max(nextSequence, info.lastSequence() + 1);
        return true;
    }

    private void compareWith(SegmentSeal seal, SegmentName name, int firstBlock) {
        if (seal == null) {
            return;
        }
        int found = blocks.blockCount() - firstBlock;
        if (found < seal.blocks()) {
            report(new Damage(
                    DamageKind.TRUNCATED,
                    name.toString(),
                    0,
                    0,
                    "sealed with " + seal.blocks() + " blocks, of which " + found + " are found"));
            linkLost = true;
        } else if (!seal.describes(blocks, firstBlock, blocks.blockCount(), lastHash)) {
            reportSeal(name, "it does not fit the blocks");
        }
    }

    private void reportSeal(SegmentName name, String why) {
        report(new Damage(
                DamageKind.SEAL, name.toString(), 0, 0, "the seal is not used, the segment is read instead: " + why));
    }

    /**
     * Forces what an earlier process may have left in memory only, as from here on it counts as SYNCED; and seals the
     * segment when nothing is wrong with it, so that it is read once only.
     */
    private void settle(Path directory, SegmentReader reader, int firstBlock, byte[] hashBefore, boolean whole)
            throws IOException {
        try {
            SegmentRewrite.force(files, reader.file());
        } catch (AccessDeniedException e) {
            // It may not be written, but forced all the same: through a channel that reads.
            try (FileChannel channel = files.open(reader.file(), StandardOpenOption.READ)) {
                files.force(channel, reader.file());
            }
        }
        files.forceDirectory(directory);
        if (whole) {
            new SegmentSeal(blocks, firstBlock, blocks.blockCount(), foldedThrough, hashBefore, lastHash)
                    .tryWrite(files, directory, shard, reader.name());
        }
    }

    private void report(Damage found) {
        damageCount++;
        seriousCount += found.isSerious() ? 1 : 0;
        if (damage.size() < RecoveryReport.MAX_LISTED) {
            damage.add(found);
        }
    }
}
