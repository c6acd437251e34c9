package io.evident.storage;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.SegmentPlaces.Place;
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
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads what a shard has, segment by segment in order: every block of unsealed segments, the seals of the others.
 * Whatever is damaged is reported and set aside; whatever is whole is taken. Used once, by one thread.
 */
final class ShardRecovery {
    private final FileOperations files;
    private final SegmentPlaces places;
    private final int shard;
    private final RecoveryMode mode;
    private final VerifyListener listener;
    private final BlockReader reading = new BlockReader();
    private final ShardBlocks blocks;
    private final MessageDigest sha256 = ChronicleJournal.sha256();
    private final byte[] lastHash = new byte[EnvelopeLayout.HASH_BYTES];
    private final RecoveryFindings findings;
    private SegmentWalker walker;
    private int sealedSegments;
    private long events;
    private long nextSequence;
    private long foldedThrough;
    /** The highest position that any block says is folded, believed or not. */
    private long saidFoldedThrough;
    /** The incarnation that blocks are missing of, whose later blocks are not believed about folding; 0 for none. */
    private int incarnationWithGap;

    /** Whether something was set aside since the last good block, so that the next one's link cannot fit. */
    private boolean linkLost;

    private final Set<Integer> unsettled = new HashSet<>();
    /** What was written again of the incarnation at hand; {@code null} when nothing was. */
    private Continuation continuation;
    /** Whether blocks of the standby volume were taken in between those of the segment at hand. */
    private boolean mixed;

    /** Why part of the shard's own volume may be missing, or {@code null}. */
    private String ownAway;
    /** Whether the segment at hand is on the standby volume. */
    private boolean atStandby;

    ShardRecovery(FileOperations files, SegmentPlaces places, int shard, RecoveryMode mode) {
        this(files, places, shard, mode, VerifyListener.NONE);
    }

    ShardRecovery(FileOperations files, SegmentPlaces places, int shard, RecoveryMode mode, VerifyListener listener) {
        this.files = files;
        this.places = places;
        this.shard = shard;
        this.mode = mode;
        this.listener = listener;
        this.blocks = new ShardBlocks(shard);
        this.findings = new RecoveryFindings(shard);
    }

    /**
     * Reads everything.
     *
     * @throws IOException when the directory cannot be listed, or what was found cannot be forced: it could be read now,
     *     but not vouched for
     */
    RecoveredShard run() throws IOException {
        long startNs = System.nanoTime();
        try {
            List<Place> own = new ArrayList<>();
            List<Place> standby = places.standbySegments(files, shard, findings::report);
            listOwn(own, standby);
            List<Place> all = new ArrayList<>(own);
            all.addAll(standby);
            // Stable: what is on the standby volume goes on behind the shard's own of the same incarnation.
            all.sort(Comparator.comparingInt(place -> place.name().incarnation()));
            SegmentName last =
                    all.stream().map(Place::name).max(Comparator.naturalOrder()).orElse(null);
            int from = 0;
            while (from < all.size()) {
                int to = from + 1;
                while (to < all.size() && sameIncarnation(all.get(from), all.get(to))) {
                    to++;
                }
                recoverIncarnation(all.subList(from, to), last);
                from = to;
            }
            return result(all.size(), last, startNs);
        } catch (IOException | RuntimeException e) {
            blocks.close();
            throw e;
        }
    }

    /** A shard whose own volume is away is served from its standby volume, if there is anything. */
    private void listOwn(List<Place> own, List<Place> standby) throws IOException {
        try {
            own.addAll(places.ownSegments(files, shard, findings::report));
            if (own.isEmpty() && !standby.isEmpty()) {
                ownAway = "no segment is in " + places.own();
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            if (mode == RecoveryMode.OPEN || standby.isEmpty()) {
                throw e;
            }
            ownAway = places.own() + " cannot be read";
            findings.report(
                    new Damage(DamageKind.UNREADABLE, places.own().getFileName().toString(), 0, 0, e.toString()));
        }
    }

    private static boolean sameIncarnation(Place one, Place other) {
        return one.name().incarnation() == other.name().incarnation();
    }

    /** The segments of one incarnation: where they are on both volumes, it was continued when the first one failed. */
    private void recoverIncarnation(List<Place> segments, SegmentName last) throws IOException {
        boolean continued = !segments.get(0).isOnStandby()
                && segments.get(segments.size() - 1).isOnStandby();
        continuation = continued
                ? new Continuation(last.incarnation() > segments.get(0).name().incarnation())
                : null;
        for (Place place : segments) {
            if (continued && place.isOnStandby()) {
                readContinuation(place, isFinished(place, last));
            }
        }
        for (Place place : segments) {
            if (!continued || !place.isOnStandby()) {
                recover(place, isFinished(place, last));
            }
        }
        if (continued) {
            takeWrittenAgain(Long.MAX_VALUE);
            continuation = null;
        }
    }

    private boolean isFinished(Place place, SegmentName last) {
        return !mode.live || !place.name().equals(last);
    }

    private void readContinuation(Place place, boolean finished) throws IOException {
        SegmentReader reader = new SegmentReader(files, place.directory(), place.name());
        int segment = blocks.addSegment(reader);
        try {
            if (!reader.exists()) {
                return;
            }
            walk(
                    reader,
                    finished,
                    () -> continuation.add(place.name(), walker.info(segment), walker.bytes(), walker.blockOffset()),
                    findings::report);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            findings.report(new Damage(DamageKind.UNREADABLE, place.name().toString(), 0, 0, e.toString()));
        }
        if (settles(place)) {
            SegmentRewrite.settle(files, place.directory(), reader.file());
        }
    }

    /** Takes what was written again in front of a sequence and is not on the failed volume. */
    private void takeWrittenAgain(long before) throws IOException {
        Continuation.Held held;
        while ((held = continuation.takeBefore(before)) != null) {
            takeHeld(held);
        }
    }

    private void takeHeld(Continuation.Held held) throws IOException {
        mixed = true;
        atStandby = true;
        checkLink(held.name(), held.info(), Arrays.equals(held.previousHash(), lastHash));
        if (take(held.name(), held.info(), held.foldedThrough())) {
            System.arraycopy(held.hash(), 0, lastHash, 0, lastHash.length);
            if (listener != VerifyListener.NONE) {
                blocks.read(held.info(), reading);
                listener.block(reading);
            }
        }
    }

    private boolean settles(Place place) {
        return mode == RecoveryMode.OPEN || (mode == RecoveryMode.OPEN_STANDBY && place.isOnStandby());
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
            findings.report(
                    new Damage(DamageKind.UNREADABLE, places.own().getFileName().toString(), 0, 0, e.toString()));
            return result(0, null, startNs);
        }
    }

    private RecoveredShard result(int segments, SegmentName last, long startNs) {
        RecoveryReport report =
                findings.about(segments, sealedSegments, blocks.blockCount(), events, nextSequence - 1, startNs);
        blocks.setUnreadable(findings.unreadable());
        blocks.setSaidFoldedThrough(saidFoldedThrough);
        int lastIncarnation = last == null ? 0 : last.incarnation();
        return new RecoveredShard(blocks, nextSequence, lastHash, foldedThrough, lastIncarnation, report, unsettled);
    }

    private void recover(Place place, boolean finished) throws IOException {
        SegmentName name = place.name();
        Path directory = place.directory();
        atStandby = place.isOnStandby();
        mixed = false;
        SegmentReader reader = new SegmentReader(files, directory, name);
        int segment = blocks.addSegment(reader);
        int seriousBefore = findings.seriousCount();
        byte[] hashBefore = lastHash.clone();
        int firstBlock = blocks.blockCount();
        try {
            SegmentSeal seal = SegmentSeal.read(files, directory, shard, name);
            if (seal == null && SegmentSeal.exists(files, directory)) {
                findings.seal(name, "it is damaged, or another segment's, or of a later version");
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
            findings.report(new Damage(DamageKind.UNREADABLE, name.toString(), 0, 0, e.toString()));
            ownAway = place.isOnStandby() ? ownAway : directory + " cannot be read";
            linkLost = true;
            if (blocks.blockCount() == firstBlock) {
                return;
            }
        }
        if (settles(place)) {
            if (reader.exists()) {
                // Not behind a gap either: the seal would keep what is believed of folding now, and the gap may only be
                // a
                // segment that cannot be read for the moment.
                boolean whole =
                        !mixed && findings.seriousCount() == seriousBefore && name.incarnation() != incarnationWithGap;
                settle(directory, reader, firstBlock, hashBefore, whole);
            }
        } else {
            unsettled.add(segment);
        }
    }

    private void read(SegmentReader reader, int segment, boolean finished, SegmentSeal seal) throws IOException {
        if (reader.exists()) {
            walk(reader, finished || seal != null, () -> takeWalked(reader.name(), segment), this::foundDamage);
        } else if (seal == null && finished) {
            findings.leftovers(files, reader);
        }
    }

    private void takeSealed(SegmentSeal seal, SegmentName name, int segment) {
        sealedSegments++;
        for (int i = 0; i < seal.blocks(); i++) {
            BlockInfo info = seal.block(i, segment);
            if (i == 0) {
                checkLink(name, info, Arrays.equals(seal.firstPreviousHash(), lastHash));
            }
            if (continuation != null && continuation.take(info.firstSequence()) != null) {
                // It was forced after all, and sealed: it is as good here.
                findings.superseded();
            }
            take(name, info, seal.foldedThrough(i));
        }
        if (seal.blocks() > 0) {
            System.arraycopy(seal.lastHash(), 0, lastHash, 0, lastHash.length);
        }
    }

    /** What is done with a whole block that the walker is at. */
    @FunctionalInterface
    private interface WholeBlock {
        void take() throws IOException;
    }

    private void walk(SegmentReader reader, boolean finished, WholeBlock block, Consumer<Damage> onDamage)
            throws IOException {
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
                case DAMAGE -> onDamage.accept(walker.damage());
                case BLOCK -> block.take();
            }
        }
    }

    private void foundDamage(Damage found) {
        // What the failed volume lost behind the point from which everything was written again, it need not have.
        if (continuation == null || !continuation.covers(nextSequence)) {
            findings.report(found);
            linkLost |= found.isSerious();
        }
    }

    private void takeWalked(SegmentName name, int segment) throws IOException {
        byte[] bytes = walker.bytes();
        int offset = walker.blockOffset();
        BlockInfo info = walker.info(segment);
        if (continuation != null) {
            takeWrittenAgain(info.firstSequence());
            Continuation.Held again = continuation.take(info.firstSequence());
            if (again != null) {
                findings.superseded();
                takeHeld(again);
                return;
            }
            atStandby = false;
        }
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
            findings.report(new Damage(
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
            findings.report(new Damage(
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
            findings.report(new Damage(
                    DamageKind.GAP,
                    name.toString(),
                    info.position(),
                    0,
                    "sequences " + nextSequence + " to " + (first - 1) + " are missing"));
            incarnationWithGap = info.incarnation();
            if (atStandby && ownAway != null) {
                findings.away(nextSequence, first - 1, ownAway);
            }
        }
        // A missing block may be one that folded events in. They are still in the emergency journal, as it was not
        // forced;
        // so what later blocks of the same writer say about folding does not count, until a later start has seen to it.
        saidFoldedThrough = Math.max(saidFoldedThrough, folded);
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
            findings.report(new Damage(
                    DamageKind.TRUNCATED,
                    name.toString(),
                    0,
                    0,
                    "sealed with " + seal.blocks() + " blocks, of which " + found + " are found"));
            linkLost = true;
        } else if (!seal.describes(blocks, firstBlock, blocks.blockCount(), lastHash)) {
            findings.seal(name, "it does not fit the blocks");
        }
    }

    /**
     * Forces what an earlier process may have left in memory only, as from here on it counts as SYNCED; and seals the
     * segment when nothing is wrong with it, so that it is read once only.
     */
    private void settle(Path directory, SegmentReader reader, int firstBlock, byte[] hashBefore, boolean whole)
            throws IOException {
        SegmentRewrite.settle(files, directory, reader.file());
        if (whole) {
            new SegmentSeal(blocks, firstBlock, blocks.blockCount(), foldedThrough, hashBefore, lastHash)
                    .tryWrite(files, directory, shard, reader.name());
        }
    }
}
