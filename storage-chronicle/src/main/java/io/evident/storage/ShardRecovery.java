package io.evident.storage;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import io.evident.storage.segment.EnvelopeLayout;
import io.evident.storage.segment.FileOperations;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.segment.SegmentReader;
import io.evident.storage.segment.SegmentSeal;
import io.evident.storage.segment.SegmentWalker;
import io.evident.storage.segment.ShardBlocks;
import java.io.IOException;
import java.nio.channels.FileChannel;
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
        OPEN,
        /** By a tool beside a server that may be running: every block is read, nothing is written. */
        VERIFY
    }

    private final FileOperations files;
    private final Path segmentsDirectory;
    private final int shard;
    private final Mode mode;
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
    /** Whether something was set aside since the last good block, so that the next one's link cannot fit. */
    private boolean linkLost;

    ShardRecovery(FileOperations files, Path segmentsDirectory, int shard, Mode mode) {
        this.files = files;
        this.segmentsDirectory = segmentsDirectory;
        this.shard = shard;
        this.mode = mode;
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
            for (int i = 0; i < names.size(); i++) {
                recover(names.get(i), mode == Mode.OPEN || i + 1 < names.size());
            }
        } catch (IOException | RuntimeException e) {
            blocks.close();
            throw e;
        }
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

    private List<SegmentName> segments() throws IOException {
        for (Path entry : files.list(segmentsDirectory)) {
            String fileName = entry.getFileName().toString();
            if (SegmentName.parse(fileName) == null) {
                report(new Damage(DamageKind.UNKNOWN_FILE, fileName, 0, 0, "this is no segment; it is left alone"));
            }
        }
        return SegmentName.list(files, segmentsDirectory);
    }

    private void recover(SegmentName name, boolean finished) throws IOException {
        Path directory = segmentsDirectory.resolve(name.toString());
        SegmentReader reader = new SegmentReader(files, directory, name);
        int segment = blocks.addSegment(reader);
        int seriousBefore = seriousCount;
        SegmentSeal seal = null;
        byte[] hashBefore = lastHash.clone();
        int firstBlock = blocks.blockCount();
        try {
            seal = SegmentSeal.read(files, directory, shard, name);
            if (seal != null && mode == Mode.OPEN && holdsAll(reader, seal)) {
                takeSealed(seal, name, segment);
                return;
            }
            if (reader.exists()) {
                walk(reader, segment, finished || seal != null);
            }
            compareWith(seal, name, blocks.blockCount() - firstBlock);
        } catch (IOException e) {
            report(new Damage(DamageKind.UNREADABLE, name.toString(), 0, 0, String.valueOf(e.getMessage())));
            linkLost = true;
        }
        if (mode == Mode.OPEN && reader.exists()) {
            settle(directory, reader, firstBlock, hashBefore, seriousCount == seriousBefore);
        }
    }

    private static boolean holdsAll(SegmentReader reader, SegmentSeal seal) throws IOException {
        return reader.exists() && reader.sizeBytes() >= seal.dataEnd();
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
            foldedThrough = seal.foldedThrough();
        }
    }

    private void walk(SegmentReader reader, int segment, boolean finished) throws IOException {
        walker = walker == null ? new SegmentWalker(reader, shard) : new SegmentWalker(reader, shard, walker);
        while (true) {
            switch (walker.next(finished)) {
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
            foldedThrough = folded;
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
        }
        blocks.add(info, folded);
        events += info.count();
        nextSequence = Math.max(nextSequence, info.lastSequence() + 1);
        return true;
    }

    private void compareWith(SegmentSeal seal, SegmentName name, int found) {
        if (seal != null && found < seal.blocks()) {
            report(new Damage(
                    DamageKind.TRUNCATED,
                    name.toString(),
                    0,
                    0,
                    "sealed with " + seal.blocks() + " blocks, of which " + found + " are found"));
            linkLost = true;
        }
    }

    /**
     * Forces what an earlier process may have left in memory only, as from here on it counts as SYNCED; and seals the
     * segment when nothing is wrong with it, so that it is read once only.
     */
    private void settle(Path directory, SegmentReader reader, int firstBlock, byte[] hashBefore, boolean whole)
            throws IOException {
        try (FileChannel channel = files.open(reader.file(), StandardOpenOption.WRITE)) {
            files.force(channel, reader.file());
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
