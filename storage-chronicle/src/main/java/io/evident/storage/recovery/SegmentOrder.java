package io.evident.storage.recovery;

import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.SegmentName;
import io.evident.storage.segment.SegmentReader;
import io.evident.storage.segment.SegmentWalker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The order in which a shard's segments are read. It is that of their names, unless files of one incarnation stand in
 * each other's place: a block says which incarnation it is of, but not which segment. So the first whole block of each
 * decides, and what was swapped is served all the same. Used once, by one thread.
 */
final class SegmentOrder {
    private static final long UNKNOWN = -1;

    private final FileOperations files;
    private final Path segmentsDirectory;
    private final int shard;
    private final List<SegmentName> misplaced = new ArrayList<>();
    private SegmentWalker walker;

    SegmentOrder(FileOperations files, Path segmentsDirectory, int shard) {
        this.files = files;
        this.segmentsDirectory = segmentsDirectory;
        this.shard = shard;
    }

    /** The segments in the order of their sequences; {@code names} are in the order of names. */
    List<SegmentName> of(List<SegmentName> names) {
        List<SegmentName> ordered = new ArrayList<>();
        int from = 0;
        while (from < names.size()) {
            int to = from + 1;
            while (to < names.size()
                    && names.get(to).incarnation() == names.get(from).incarnation()) {
                to++;
            }
            ordered.addAll(ofOneIncarnation(names.subList(from, to)));
            from = to;
        }
        return ordered;
    }

    /** The segments that were found in another place than that of their name. */
    List<SegmentName> misplaced() {
        return misplaced;
    }

    private List<SegmentName> ofOneIncarnation(List<SegmentName> names) {
        if (names.size() == 1) {
            return names;
        }
        Map<SegmentName, Long> first = new HashMap<>();
        names.forEach(name -> first.put(name, firstSequence(name)));
        List<SegmentName> known = new ArrayList<>(names);
        known.removeIf(name -> first.get(name) == UNKNOWN);
        known.sort(Comparator.comparing(first::get));
        // One of which nothing is known, as it is empty or cannot be opened just now, stays in the place of its name:
        // to
        // read it behind its successors would make what it holds count as repeated.
        List<SegmentName> ordered = new ArrayList<>(names);
        int next = 0;
        for (int i = 0; i < ordered.size(); i++) {
            if (first.get(names.get(i)) != UNKNOWN) {
                ordered.set(i, known.get(next++));
            }
            if (!ordered.get(i).equals(names.get(i))) {
                misplaced.add(ordered.get(i));
            }
        }
        return ordered;
    }

    private long firstSequence(SegmentName name) {
        Path directory = segmentsDirectory.resolve(name.toString());
        try (SegmentReader reader = new SegmentReader(files, directory, name)) {
            if (!reader.exists()) {
                return UNKNOWN;
            }
            walker = walker == null ? new SegmentWalker(reader, shard) : new SegmentWalker(reader, shard, walker);
            // As of a finished segment, also where it is still written: its first block may stand behind damage.
            SegmentWalker.Step step = walker.next(true);
            while (step == SegmentWalker.Step.DAMAGE) {
                step = walker.next(true);
            }
            return step == SegmentWalker.Step.END ? UNKNOWN : walker.info(0).firstSequence();
        } catch (IOException e) {
            // Recovery comes here again, and then reports it.
            return UNKNOWN;
        }
    }
}
