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
        List<Integer> order = IntStream.range(0, found.size())
                .boxed()
                .sorted(Comparator.comparing(found::get, FoundEvent.BY_PLACE))
                .toList();
        List<FoundEvent> byPlace = order.stream().map(found::get).toList();
        int count = helpers.piecesFor(found.size());
        List<Piece<List<StoredEvent>>> pieces = new ArrayList<>();
        for (int first = 0; first < byPlace.size(); ) {
            int end = endOfBlock(byPlace, first + (byPlace.size() + count - 1) / count);
            List<FoundEvent> together = byPlace.subList(first, end);
            pieces.add(() -> FoundEvent.readAll(together, unreadable));
            first = end;
        }
        StoredEvent[] read = new StoredEvent[found.size()];
        int next = 0;
        for (List<StoredEvent> together : helpers.run(pieces)) {
            for (StoredEvent event : together) {
                read[order.get(next++)] = event;
            }
        }
        return Arrays.asList(read);
    }

    /** A place or the first one behind it where another block begins. */
    private static int endOfBlock(List<FoundEvent> byPlace, int from) {
        int end = Math.min(from, byPlace.size());
        while (end < byPlace.size() && byPlace.get(end).isBeside(byPlace.get(end - 1))) {
            end++;
        }
        return end;
    }
}
