package io.evident.storage.emergency;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.segment.BlockFileReader;
import io.evident.storage.segment.BlockOwner;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Brings together what the copies hold: a block counts when it is whole in one of them. What is not folded yet is written
 * again where it stands, and forced, before it counts: an earlier process may have left it in memory only, and a page whose
 * writing failed then looks written now. What is not whole in every copy that works is then written once more, to a free
 * file of all of them, so that nothing that only one copy has is ever written over. Used once, by one thread.
 *
 * <p>What cannot be read now may be there at the next start. Until then nothing is done that would hide it: where positions
 * are missing that it may hold, the blocks behind them are held back, as folding them would say that all before them is
 * folded; and the journal takes nothing.
 */
final class EmergencyRecovery {
    private final OpenedEmergency.ShardState state;
    private final List<CopyScan> scans;
    private final FileRing ring;
    private final BlockOwner owner;
    private final List<UnfoldedBlock> unfolded = new ArrayList<>();
    private final List<Damage> damage = new ArrayList<>();
    private int damageCount;
    private int seriousCount;
    private int copiedBlocks;
    private int blocksNotInEveryCopy;
    private long highestPosition;
    private byte[] buffer = new byte[0];
    /** Whether there is something that could not be read. */
    private final boolean unreadable;
    /** Whether the journal is left as it is, and takes nothing. */
    private boolean held;

    private int heldBack;

    EmergencyRecovery(
            int shard,
            OpenedEmergency.ShardState state,
            List<CopyScan> scans,
            FileRing ring,
            boolean unreadable,
            boolean held) {
        this.unreadable = unreadable;
        this.held = held;
        this.state = state;
        this.scans = scans;
        this.ring = ring;
        this.owner = BlockOwner.emergency(shard);
        this.highestPosition = state.foldedThrough();
    }

    void run() {
        scans.forEach(scan -> scan.damage().forEach(this::report));
        unite();
        for (CopyScan scan : scans) {
            if (scan.copy().working()) {
                settle(scan);
            }
        }
        if (!held) {
            copyWhatIsMissing();
        }
        if (held) {
            hold();
            return;
        }
        putAside();
        if (state.isForced()) {
            // What was copied elsewhere has left room.
            ring.forgetOccupied();
        } else {
            // Also in the files of one copy whose namesake in the other was put aside.
            occupyFound();
        }
        unfolded.forEach(block -> occupy(block.place()));
        ring.prepareAhead();
    }

    private void hold() {
        report(new Damage(
                DamageKind.UNREADABLE,
                "emergency",
                0,
                0,
                "the emergency journal takes nothing before a start can read or write all of it"
                        + (heldBack == 0 ? "" : "; " + heldBack + " blocks behind missing positions are held back")));
        ring.group().copies().forEach(Copy::drop);
    }

    /** The blocks that are not folded yet, by position. */
    List<BlockInfo> kept() {
        return unfolded.stream().map(UnfoldedBlock::place).toList();
    }

    /** The highest position that was ever given, as far as can be known. */
    long highestPosition() {
        return highestPosition;
    }

    int copiedBlocks() {
        return copiedBlocks;
    }

    int blocksNotInEveryCopy() {
        return blocksNotInEveryCopy;
    }

    int damageCount() {
        return damageCount;
    }

    int seriousCount() {
        return seriousCount;
    }

    List<Damage> damage() {
        return damage;
    }

    void report(Damage found) {
        damageCount++;
        seriousCount += found.isSerious() ? 1 : 0;
        if (damage.size() < EmergencyReport.MAX_LISTED) {
            damage.add(found);
        }
    }

    private void occupy(BlockInfo place) {
        ring.occupy(place.segment(), place.lastSequence());
    }

    /** What may not be written over of all that was found, but for files that are set aside. */
    private void occupyFound() {
        for (CopyScan scan : scans) {
            for (FoundBlock block : scan.found()) {
                BlockInfo info = block.info();
                if (info.lastSequence() > state.discardableThrough()
                        && !scan.aside().contains(info.segment())) {
                    occupy(info);
                }
            }
        }
    }

    private void unite() {
        List<FoundBlock> all = new ArrayList<>();
        for (CopyScan scan : scans) {
            for (FoundBlock block : scan.found()) {
                highestPosition = Math.max(highestPosition, block.info().lastSequence());
                if (block.info().lastSequence() > state.foldedThrough()) {
                    all.add(block);
                }
            }
            scan.aside().forEach(ring::block);
        }
        occupyFound();
        all.sort(Comparator.<FoundBlock>comparingLong(block -> block.info().firstSequence())
                .thenComparingInt(block -> -block.info().incarnation())
                .thenComparingInt(FoundBlock::checksum));
        long next = state.foldedThrough() + 1;
        for (FoundBlock block : all) {
            next = unite(block, next);
        }
    }

    private long unite(FoundBlock block, long next) {
        UnfoldedBlock last = unfolded.isEmpty() ? null : unfolded.get(unfolded.size() - 1);
        if (last != null && last.first().isSame(block)) {
            last.holders().add(block);
            return next;
        }
        BlockInfo info = block.info();
        String name = block.copy().reader(info.segment()).label();
        if (last != null && info.firstSequence() < next) {
            report(new Damage(
                    DamageKind.OVERLAP,
                    name,
                    info.position(),
                    info.lengthBytes(),
                    positions(info.firstSequence(), info.lastSequence())
                            + " come again with other events; the file is set aside"));
            scan(block.copy()).aside().add(info.segment());
            ring.block(info.segment());
            return next;
        }
        if (heldBack > 0 || (info.firstSequence() > next && unreadable)) {
            heldBack++;
            held = true;
            return next;
        }
        if (info.firstSequence() > next) {
            report(new Damage(
                    DamageKind.GAP,
                    name,
                    info.position(),
                    0,
                    positions(next, info.firstSequence() - 1) + " are missing"));
        }
        unfolded.add(new UnfoldedBlock(block));
        return info.lastSequence() + 1;
    }

    private static String positions(long from, long to) {
        return "positions " + from + " to " + to;
    }

    private CopyScan scan(Copy copy) {
        return scans.stream().filter(scan -> scan.copy() == copy).findFirst().orElseThrow();
    }

    private void settle(CopyScan scan) {
        Copy copy = scan.copy();
        Set<Integer> touched = new HashSet<>();
        try {
            for (UnfoldedBlock block : unfolded) {
                for (FoundBlock holder : block.holders()) {
                    BlockInfo info = holder.info();
                    if (holder.copy() == copy && !scan.aside().contains(info.segment())) {
                        ring.open(copy, info.segment());
                        copy.stage(read(holder), info.lengthBytes());
                        copy.rewriteBefore(info.segment(), info.position() - FileFormat.WORD_BYTES);
                        touched.add(info.segment());
                    }
                }
            }
            for (int file : touched) {
                copy.force(file);
            }
        } catch (IOException e) {
            report(new Damage(DamageKind.UNREADABLE, copy.label(), 0, 0, "the copy is given up: " + e.getMessage()));
            ring.group().giveUp(copy, e);
        }
    }

    private byte[] read(FoundBlock block) throws IOException {
        BlockInfo info = block.info();
        int length = info.lengthBytes();
        if (buffer.length < length) {
            buffer = new byte[length];
        }
        BlockFileReader reader = block.copy().reader(info.segment());
        boolean whole = reader.read(info.position(), buffer, 0, length) == length
                && owner.check(buffer, 0, length, new CRC32C()) == null;
        if (!whole) {
            throw new IOException(reader.label() + ", block at " + info.position() + " was whole, and is not any more");
        }
        return buffer;
    }

    private void copyWhatIsMissing() {
        List<Copy> working = ring.group().working();
        boolean room = !working.isEmpty();
        for (UnfoldedBlock block : unfolded) {
            if (!block.holders().stream().allMatch(this::isToGo)) {
                block.holders().removeIf(this::isToGo);
            }
            boolean everywhere = block.choosePlace(working) == working.size() && !isToGo(block.first());
            if (!everywhere) {
                int before = copiedBlocks;
                room = room && copy(block);
                boolean copied = copiedBlocks > before;
                blocksNotInEveryCopy += copied ? 0 : 1;
                // Forced nowhere: nobody may be told that it is SYNCED.
                held |= !copied && block.holders().stream().noneMatch(holder -> working.contains(holder.copy()));
            }
        }
    }

    private boolean isToGo(FoundBlock holder) {
        return scan(holder.copy()).aside().contains(holder.info().segment());
    }

    /** Writes a block anew to all copies; false when there is no room for more. */
    private boolean copy(UnfoldedBlock block) {
        for (FoundBlock holder : block.holders()) {
            try {
                BlockInfo place = ring.write(read(holder), holder.info().lengthBytes());
                if (place != null) {
                    block.place(place);
                    copiedBlocks++;
                }
                return place != null;
            } catch (IOException e) {
                report(new Damage(
                        DamageKind.UNREADABLE,
                        holder.copy().label(),
                        holder.info().position(),
                        0,
                        "could not be copied: " + e.getMessage()));
            }
        }
        return true;
    }

    /** Frees the places of the files that are put aside in every copy in which they have to be. */
    private void putAside() {
        Set<Integer> left = new HashSet<>();
        Set<Integer> gone = new HashSet<>();
        for (CopyScan scan : scans) {
            for (int file : scan.aside()) {
                (putAside(scan.copy(), file) ? gone : left).add(file);
            }
        }
        gone.stream().filter(file -> !left.contains(file)).forEach(ring::unblock);
    }

    private boolean putAside(Copy copy, int file) {
        if (unfolded.stream().anyMatch(block -> isReadFrom(block, copy, file))) {
            return false; // There was no room to copy what is in it.
        }
        String name = copy.reader(file).label();
        try {
            Path aside = copy.setAside(file, state.incarnation());
            report(new Damage(DamageKind.UNKNOWN_FILE, name, 0, 0, "set aside as " + aside.getFileName()));
            return true;
        } catch (IOException e) {
            report(new Damage(DamageKind.UNREADABLE, name, 0, 0, "could not be set aside: " + e.getMessage()));
            return false;
        }
    }

    private static boolean isReadFrom(UnfoldedBlock block, Copy copy, int file) {
        return block.place().segment() == file
                && block.holders().stream().anyMatch(holder -> holder.copy() == copy && holder.isBeside(block.place()));
    }
}
