package io.evident.sharding.query;

import io.evident.pipeline.journal.UnreadablePart;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a query came to and could not read, as it is on a failed volume. Thread-safe. */
final class UnreadableParts {
    /** Most that an answer names; neighbours are one. */
    private static final int MAX_PARTS = 100;

    private static final Comparator<UnreadablePart> ORDER =
            Comparator.comparingInt(UnreadablePart::shard).thenComparingLong(UnreadablePart::fromSequence);

    private final List<UnreadablePart> found = new ArrayList<>();

    synchronized void add(UnreadablePart part) {
        found.add(part);
    }

    synchronized boolean isEmpty() {
        return found.isEmpty();
    }

    /** In order, each shard's neighbours as one; when there are too many, the last one reaches over all that follow. */
    synchronized List<UnreadablePart> parts() {
        found.sort(ORDER);
        List<UnreadablePart> merged = new ArrayList<>();
        for (UnreadablePart part : found) {
            UnreadablePart last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && last.shard() == part.shard() && joins(last, part, merged.size())) {
                merged.set(
                        merged.size() - 1,
                        new UnreadablePart(
                                last.shard(),
                                last.fromSequence(),
                                Math.max(last.toSequence(), part.toSequence()),
                                last.reason()));
            } else {
                merged.add(part);
            }
        }
        return merged;
    }

    private static boolean joins(UnreadablePart last, UnreadablePart next, int count) {
        return last.isEmergency() == next.isEmergency()
                && (count >= MAX_PARTS || next.fromSequence() - 1 <= last.toSequence());
    }
}
