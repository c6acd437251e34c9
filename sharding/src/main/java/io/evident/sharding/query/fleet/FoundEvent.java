package io.evident.sharding.query.fleet;

import io.evident.event.EventView;
import io.evident.event.Refusal;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EventPlace;
import io.evident.pipeline.journal.FailedVolumeException;
import io.evident.pipeline.journal.RemovedEventException;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.retention.ShardHorizon;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * An event that the index found, and that is not read yet.
 *
 * @param source the journal of its shard
 * @param place where it is
 * @param horizon what has expired in that
 */
public record FoundEvent(BlockSource source, EventPlace place, ShardHorizon horizon) {
    /** By shard, then as they stand there. */
    public static final Comparator<FoundEvent> BY_PLACE = (one, other) -> one.source.shard() != other.source.shard()
            ? Integer.compare(one.source.shard(), other.source.shard())
            : Long.compare(one.place.sequence(), other.place.sequence());

    /** Whether it has expired, as it turns out when it is read. */
    public boolean isHidden(StoredEvent stored) {
        return horizon.hides(stored.event(), stored.sequence());
    }

    /**
     * Reads it.
     *
     * @throws FailedVolumeException when it is on a failed volume
     * @throws RemovedEventException when it has expired, by a later horizon than the one it was found by
     * @throws IOException when it is damaged: a query must not pass it over in silence
     */
    public StoredEvent read() throws IOException {
        return readBlock(List.of(this)).get(0);
    }

    /**
     * Reads events, those of one block together.
     *
     * @param byPlace in the order of {@link #BY_PLACE}
     * @param unreadable is told what is on a failed volume
     * @return the events in the same order, {@code null} where one is on a failed volume
     * @throws RemovedEventException when one has expired, by a later horizon than the one it was found by
     * @throws IOException when one is damaged: a query must not pass it over in silence
     */
    public static List<StoredEvent> readAll(List<FoundEvent> byPlace, Consumer<UnreadablePart> unreadable)
            throws IOException {
        List<StoredEvent> read = new ArrayList<>(byPlace.size());
        for (int first = 0; first < byPlace.size(); ) {
            int behind = first + 1;
            while (behind < byPlace.size() && byPlace.get(behind).isBeside(byPlace.get(first))) {
                behind++;
            }
            List<FoundEvent> ofBlock = byPlace.subList(first, behind);
            try {
                read.addAll(readBlock(ofBlock));
            } catch (FailedVolumeException e) {
                unreadable.accept(e.part());
                read.addAll(Collections.nCopies(ofBlock.size(), null));
            }
            first = behind;
        }
        return read;
    }

    /** Whether it is in the same block as another. */
    public boolean isBeside(FoundEvent other) {
        return source == other.source && place.block() == other.place.block();
    }

    /** All are of one block. */
    private static List<StoredEvent> readBlock(List<FoundEvent> found) throws IOException {
        BlockSource source = found.get(0).source;
        BlockInfo block = source.block(found.get(0).place.block());
        List<EventPlace> places = found.stream().map(FoundEvent::place).toList();
        try {
            List<byte[]> all = source.readEvents(block, places);
            List<StoredEvent> events = new ArrayList<>(all.size());
            for (int i = 0; i < all.size(); i++) {
                byte[] bytes = all.get(i);
                EventView event = new EventView();
                Refusal refusal = event.wrap(bytes, 0, bytes.length);
                if (refusal != null) {
                    throw new IOException(refusal.detail());
                }
                events.add(StoredEvent.owning(
                        event, source.shard(), block, places.get(i).sequence()));
            }
            return events;
        } catch (FailedVolumeException | RemovedEventException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    "shard " + source.shard() + ": " + sequences(places) + " in segment " + block.segment()
                            + " in the block at " + block.position() + " cannot be read: " + e.getMessage(),
                    e);
        }
    }

    private static String sequences(List<EventPlace> places) {
        long first = places.get(0).sequence();
        return places.size() == 1
                ? "the event with sequence " + first
                : "one of " + places.size() + " events with sequences from " + first + " on";
    }
}
