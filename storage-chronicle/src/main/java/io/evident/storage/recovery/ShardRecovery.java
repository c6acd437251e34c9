package io.evident.storage.recovery;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.blocks.SegmentSeal;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.file.FileOperations;
import io.evident.storage.recovery.SegmentPlaces.Place;
import io.evident.storage.segment.BlockHash;
import io.evident.storage.segment.BlockReduction;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.EnvelopeLayout;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.segment.SegmentReader;
import io.evident.storage.segment.WrittenAgain;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads what a shard has, segment by segment in order: every block of unsealed segments, the seals of the others.
 * Whatever is damaged is reported and set aside; whatever is whole is taken. Used once, by one thread.
 */
public final class ShardRecovery {
    private final FileOperations files;
    private final SegmentPlaces places;
    private final int shard;
    private final RecoveryMode mode;
    private final VerifyListener listener;
    private final BlockReader reading = new BlockReader();
    private final BlockHash sha256 = new BlockHash();
    private final byte[] hash = new byte[EnvelopeLayout.HASH_BYTES];
    private final RecoveryFindings findings;
    private final TakenBlocks taken;
    private final ShardBlocks blocks;
    private final SegmentSettling settling;
    private final Set<Integer> unsettled = new HashSet<>();
    private final SegmentWalk walk;
    private final RemovedOfSegment removed;
    private int sealedSegments;
    /** Why nothing is known of what the standby volume holds, or {@code null}. */
    private String standbyUnreadable;
    /** What was written again of the incarnation at hand; {@code null} when nothing was. */
    private Continuation continuation;
    /** Whether only what was written again is there of the incarnation at hand: each start reads it. */
    private boolean writtenAgain;
    /** Whether blocks of the standby volume were taken in between those of the segment at hand. */
    private boolean mixed;

    /** Of a shard whose blocks nobody listens to. */
    public ShardRecovery(FileOperations files, SegmentPlaces places, int shard, RecoveryMode mode) {
        this(files, places, shard, mode, VerifyListener.NONE);
    }

    /** @param listener hears every block that is served, and how many bytes were checked */
    public ShardRecovery(
            FileOperations files, SegmentPlaces places, int shard, RecoveryMode mode, VerifyListener listener) {
        this.files = files;
        this.places = places;
        this.shard = shard;
        this.mode = mode;
        this.listener = listener;
        this.findings = new RecoveryFindings(shard);
        this.walk = new SegmentWalk(shard, listener);
        this.removed = new RemovedOfSegment(files, shard, findings);
        this.taken = new TakenBlocks(shard, findings);
        this.blocks = taken.blocks();
        this.settling = new SegmentSettling(files, shard, mode, taken);
    }

    /**
     * Reads everything.
     *
     * @throws IOException when the directory cannot be listed, or what was found cannot be forced: it could be read now,
     *     but not vouched for
     */
    public RecoveredShard run() throws IOException {
        long startNs = System.nanoTime();
        try {
            List<Place> own = new ArrayList<>();
            findings.lookAt(true);
            List<Place> standby = listStandby();
            findings.lookAt(false);
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

    /** Whoever goes on behind what is found has to know all of it; who only reads is told what may be missing. */
    private List<Place> listStandby() throws IOException {
        try {
            return places.standbySegments(files, shard, findings::report);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            if (mode.writes) {
                throw e;
            }
            findings.unreadable(places.standby().getFileName().toString(), e);
            standbyUnreadable = "the standby volume of the shard cannot be read: " + e;
            return List.of();
        }
    }

    /** A shard whose own volume is away is served from its standby volume, if there is anything. */
    private void listOwn(List<Place> own, List<Place> standby) throws IOException {
        try {
            own.addAll(places.ownSegments(files, shard, findings::report));
            if (own.isEmpty() && !standby.isEmpty()) {
                taken.ownIsAway("no segment is in " + places.own());
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            if (mode == RecoveryMode.OPEN || standby.isEmpty()) {
                throw e;
            }
            taken.ownIsUnreadable(places.own() + " cannot be read");
            findings.unreadable(places.own().getFileName().toString(), e);
        }
    }

    private static boolean sameIncarnation(Place one, Place other) {
        return one.name().incarnation() == other.name().incarnation();
    }

    /** The segments of one incarnation: where they are on both volumes, it was continued when the first one failed. */
    private void recoverIncarnation(List<Place> segments, SegmentName last) throws IOException {
        boolean continued = !segments.get(0).isOnStandby()
                && segments.get(segments.size() - 1).isOnStandby();
        continuation = continued ? new Continuation() : null;
        writtenAgain = SegmentPlaces.isWrittenAgain(segments);
        if (writtenAgain && !WrittenAgain.isMarked(files, segments.get(0).directory())) {
            taken.loseFront();
        }
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
        findings.lookAt(true);
        SegmentReader reader = new SegmentReader(files, place.directory(), place.name());
        int segment = blocks.addSegment(reader);
        boolean complete = WrittenAgain.isMarked(files, place.directory());
        try {
            if (!reader.exists()) {
                return;
            }
            walk.through(
                    reader,
                    finished,
                    () -> continuation.add(
                            place.name(), complete, walk.info(segment), walk.bytes(), walk.blockOffset()),
                    findings::report);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            findings.unreadable(place.name().toString(), e);
        }
        if (settling.isDone(place)) {
            settling.force(place, reader);
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
        boolean before = findings.lookAt(true);
        taken.checkLink(held.name(), held.info(), held.previousHash(), 0);
        boolean isTaken = taken.take(held.name(), held.info(), held.foldedThrough(), true);
        findings.lookAt(before);
        if (isTaken) {
            taken.endWith(held.hash());
            if (listener != VerifyListener.NONE) {
                blocks.read(held.info(), reading);
                listener.block(reading);
            }
        }
    }

    /**
     * The same where nothing is written, for a shard whose directory may be unreadable too: then it is empty, and its
     * report says why.
     */
    public RecoveredShard runOrReportUnreadable() throws IOException {
        long startNs = System.nanoTime();
        try {
            return run();
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            findings.unreadable(places.own().getFileName().toString(), e);
            return result(0, null, startNs);
        }
    }

    private RecoveredShard result(int segments, SegmentName last, long startNs) {
        RecoveryReport report = findings.about(segments, sealedSegments, taken, startNs);
        blocks.setUnreadable(standbyUnreadable == null ? findings.unreadable() : blocks.missing(standbyUnreadable));
        blocks.setSaidFoldedThrough(taken.saidFoldedThrough());
        int lastIncarnation = last == null ? 0 : last.incarnation();
        return new RecoveredShard(
                blocks,
                taken.nextSequence(),
                taken.lastHash(),
                taken.foldedThrough(),
                lastIncarnation,
                report,
                unsettled);
    }

    private void recover(Place place, boolean finished) throws IOException {
        findings.lookAt(place.isOnStandby());
        SegmentName name = place.name();
        Path directory = place.directory();
        mixed = false;
        SegmentReader reader = new SegmentReader(files, directory, name);
        int segment = blocks.addSegment(reader);
        int seriousBefore = findings.seriousCount();
        byte[] hashBefore = taken.lastHash().clone();
        int firstBlock = blocks.blockCount();
        removed.begin(place);
        SegmentSeal seal = null;
        try {
            seal = findings.sealOf(files, place);
            if (removed.isAll(seal, reader)) {
                takeFreed(seal, place, segment, reader);
                return;
            }
            if (seal != null && mode.trustsSeals && seal.fits(reader, findings::report)) {
                takeSealed(seal, place, segment);
                // The first and the last look may have opened it: there are many.
                reader.letGo();
                return;
            }
            read(reader, place, segment, finished, seal);
            if (blocks.blockCount() == firstBlock && removed.isAll(seal, reader)) {
                // A server at work freed it since it was looked for.
                takeFreed(seal, place, segment, reader);
                return;
            }
            compareWith(seal, place, segment, firstBlock);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            if (blocks.blockCount() == firstBlock && removed.isAll(seal, reader)) {
                // A server at work freed it just now.
                takeFreed(seal, place, segment, reader);
                return;
            }
            findings.unreadable(name.toString(), e);
            if (!place.isOnStandby()) {
                taken.ownIsAway(directory + " cannot be read");
            }
            taken.loseLink();
            if (blocks.blockCount() == firstBlock) {
                return;
            }
        }
        if (settling.isDone(place)) {
            if (reader.exists()) {
                // Not behind a gap either: the seal would keep what is believed of folding now, and the gap may only
                // be a segment that cannot be read for the moment.
                boolean whole = !mixed
                        && !writtenAgain
                        && findings.seriousCount() == seriousBefore
                        && !taken.hasGap(name.incarnation());
                settling.settle(place, reader, segment, firstBlock, hashBefore, whole);
            }
        } else {
            unsettled.add(segment);
        }
    }

    private void read(SegmentReader reader, Place place, int segment, boolean finished, SegmentSeal seal)
            throws IOException {
        if (reader.exists()) {
            walk.through(reader, finished || seal != null, () -> takeWalked(place, segment), this::foundDamage);
        } else if (seal == null && finished) {
            findings.leftovers(files, reader);
        }
    }

    private void takeSealed(SegmentSeal seal, Place place, int segment) throws IOException {
        sealedSegments++;
        int firstBlock = blocks.blockCount();
        for (int i = 0; i < seal.blocks(); i++) {
            BlockInfo info = seal.block(i, segment);
            if (continuation != null) {
                takeWrittenAgain(info.firstSequence());
                Continuation.Held again = continuation.take(info.firstSequence());
                if (again != null && again.describes(info)) {
                    // It was forced after all, and sealed: it is as good here.
                    findings.superseded();
                } else if (again != null) {
                    takeHeld(again);
                }
            }
            if (i == 0) {
                firstBlock = blocks.blockCount();
                taken.checkLink(place.name(), info, seal.firstPreviousHash(), 0);
            }
            taken.take(place.name(), info, seal.foldedThrough(i), place.isOnStandby());
        }
        if (seal.blocks() > 0) {
            taken.endWith(seal.lastHash());
        }
        blocks.sealed(firstBlock, seal.entries(files, place.directory(), segment));
    }

    /** Nothing is left of a segment but its seal: sequences, links and folds are as they were. */
    private void takeFreed(SegmentSeal seal, Place place, int segment, SegmentReader reader) throws IOException {
        int from = blocks.blockCount();
        reader.setFreed(true);
        takeSealed(seal, place, segment);
        int firstFreed = from;
        for (int i = from; i < blocks.blockCount(); i++) {
            BlockInfo block = blocks.block(i);
            if (block.segment() != segment) {
                // One that was written again elsewhere, and taken in between.
                blocks.setFreed(firstFreed, i);
                firstFreed = i + 1;
            } else if (listener != VerifyListener.NONE) {
                listener.removed(block, removed.of(block, block.count()));
            }
        }
        blocks.setFreed(firstFreed, blocks.blockCount());
    }

    private void foundDamage(Damage found) {
        // What the failed volume lost behind the point from which everything was written again, it need not have.
        if (continuation == null || !continuation.covers(taken.nextSequence())) {
            findings.report(found);
            if (found.isSerious()) {
                taken.loseLink();
            }
        }
    }

    private void takeWalked(Place place, int segment) throws IOException {
        byte[] bytes = walk.bytes();
        int offset = walk.blockOffset();
        BlockInfo info = walk.info(segment);
        if (continuation != null) {
            takeWrittenAgain(info.firstSequence());
            Continuation.Held again = continuation.take(info.firstSequence());
            if (again != null) {
                takeHeld(again);
                sha256.hash(bytes, offset, info.lengthBytes(), hash);
                if (Arrays.equals(hash, again.hash())) {
                    findings.superseded();
                    return;
                }
                // Not the same block: it is reported as one that comes again, and set aside.
            }
        }
        taken.checkLink(place.name(), info, bytes, offset + EnvelopeLayout.PREVIOUS_HASH_AT);
        if (taken.take(place.name(), info, EnvelopeLayout.foldedThrough(bytes, offset), place.isOnStandby())) {
            sha256.hash(bytes, offset, info.lengthBytes(), hash);
            taken.endWith(hash);
            tell(info, bytes, offset);
        }
    }

    private void tell(BlockInfo info, byte[] bytes, int offset) {
        if (listener != VerifyListener.NONE) {
            System.arraycopy(bytes, offset, reading.buffer(info.lengthBytes()), 0, info.lengthBytes());
            int gone = BlockReduction.removedEvents(bytes, offset, info.lengthBytes());
            reading.begin(info);
            Map<String, Integer> known = gone == 0 ? Map.of() : removed.of(info, gone, reading);
            listener.block(reading);
            if (gone > 0) {
                listener.removed(info, known);
            }
        }
    }

    private void compareWith(SegmentSeal seal, Place place, int segment, int firstBlock) {
        if (seal == null) {
            return;
        }
        int found = blocks.blockCount() - firstBlock;
        if (found < seal.blocks()) {
            findings.truncated(place.name(), seal.blocks(), found);
            taken.loseLink();
        } else if (!mixed && !seal.describes(blocks, firstBlock, blocks.blockCount(), taken.lastHash())) {
            findings.seal(place.name(), "it does not fit the blocks");
        } else if (!mixed) {
            blocks.sealed(firstBlock, seal.entries(files, place.directory(), segment));
        }
    }
}
