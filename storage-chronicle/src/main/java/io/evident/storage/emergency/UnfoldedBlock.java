package io.evident.storage.emergency;

import io.evident.pipeline.journal.BlockInfo;
import java.util.ArrayList;
import java.util.List;

/** A block that is not folded yet, and where it was found whole. */
final class UnfoldedBlock {
    private final List<FoundBlock> holders = new ArrayList<>();
    private BlockInfo place;

    UnfoldedBlock(FoundBlock first) {
        holders.add(first);
        place = first.info();
    }

    FoundBlock first() {
        return holders.get(0);
    }

    List<FoundBlock> holders() {
        return holders;
    }

    /** Where it is read from now on. */
    BlockInfo place() {
        return place;
    }

    void place(BlockInfo at) {
        place = at;
    }

    /** Takes the place in which most of these copies hold it; returns how many do. */
    int choosePlace(List<Copy> copies) {
        int most = -1;
        for (FoundBlock candidate : holders) {
            int count = (int) holders.stream()
                    .filter(holder -> holder.isBeside(candidate.info()) && copies.contains(holder.copy()))
                    .map(FoundBlock::copy)
                    .distinct()
                    .count();
            if (count > most) {
                most = count;
                place = candidate.info();
            }
        }
        return most;
    }
}
