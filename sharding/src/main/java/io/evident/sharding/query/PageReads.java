package io.evident.sharding.query;

import io.evident.pipeline.journal.UnreadablePart;
import io.evident.pipeline.query.StoredEvent;
import io.evident.sharding.query.ReadHelpers.Piece;
import io.evident.sharding.query.fleet.FoundEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Reads the events that a page consists of, many of them in several pieces. Stateless. */
final class PageReads {
    private PageReads() {}

    /**
     * Reads events. Those of one block stay together.
     *
     * @param unreadable is told what is on a failed volume, by several threads at a time
     * @return the events in the same order, {@code null} where one is on a failed volume
     * @throws IOException as {@link FoundEvent#readAll}
     */
    static List<StoredEvent> read(List<FoundEvent> found, ReadHelpers helpers, Consumer<UnreadablePart> unreadable)
            throws IOException {
        int count = helpers.piecesFor(found.size());
        if (count == 1) {
            return FoundEvent.readAll(found, unreadable);
        }
        List<Integer> byPlace = IntStream.range(0, found.size())
                .boxed()
                .sorted(Comparator.comparing(found::get, FoundEvent.BY_PLACE))
                .toList();
        List<Piece<List<StoredEvent>>> pieces = new ArrayList<>();
        for (int first = 0; first < found.size(); ) {
            int end = endOfBlock(found, byPlace, first + (found.size() + count - 1) / count);
            List<FoundEvent> together =
                    byPlace.subList(first, end).stream().map(found::get).toList();
            pieces.add(() -> FoundEvent.readAll(together, unreadable));
            first = end;
        }
        StoredEvent[] read = new StoredEvent[found.size()];
        int next = 0;
        for (List<StoredEvent> together : helpers.run(pieces)) {
            for (StoredEvent event : together) {
                read[byPlace.get(next++)] = event;
            }
        }
        return Arrays.asList(read);
    }

    /** A place or the first one behind it where another block begins. */
    private static int endOfBlock(List<FoundEvent> found, List<Integer> byPlace, int from) {
        int end = Math.min(from, found.size());
        while (end < found.size() && found.get(byPlace.get(end)).isBeside(found.get(byPlace.get(end - 1)))) {
            end++;
        }
        return end;
    }
}
