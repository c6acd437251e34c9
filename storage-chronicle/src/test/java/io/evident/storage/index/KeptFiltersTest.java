package io.evident.storage.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.index.active.ActivePart;
import io.evident.storage.index.active.BlockTerms;
import io.evident.storage.index.file.FilePart;
import io.evident.storage.index.part.IndexOracle;
import io.evident.storage.index.part.PartOracle;
import io.evident.storage.index.part.RandomEvents;
import io.evident.storage.segment.ShardBlocks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeptFiltersTest {
    private static final int EVENTS = 200;

    private final RandomEvents events = new RandomEvents(21, 50);
    private final List<FilePart> parts = new ArrayList<>();

    @BeforeEach
    void make() throws IOException {
        for (int i = 0; i < 6; i++) {
            BlockReader reader = new IndexOracle().add(events.block((long) i * EVENTS, EVENTS), 0);
            ActivePart part = new ActivePart(0, i, reader.block());
            part.add(reader, new BlockTerms());
            parts.add(PartOracle.inFile(part.view()));
        }
    }

    private static IndexedShard shard(int number, List<FilePart> parts) {
        return new IndexedShard(new ShardBlocks(number), null, parts, true);
    }

    private List<FilePart> latestFirst() {
        return parts.stream()
                .sorted(Comparator.comparingLong(FilePart::maxTimeNs).reversed())
                .toList();
    }

    private List<FilePart> kept() {
        return latestFirst().stream().filter(FilePart::hasFilter).toList();
    }

    private static int keepAll(KeptFilters filters, List<IndexedShard> shards) {
        int read = 0;
        while (filters.keepOne(shards)) {
            read++;
        }
        return read;
    }

    @Test
    void keepsThoseOfTheLatestPartsOfAllShardsThatThereIsRoomFor() {
        List<FilePart> latest = latestFirst();
        long room =
                latest.subList(0, 3).stream().mapToLong(FilePart::filterBytes).sum();
        KeptFilters filters = new KeptFilters(room);

        List<IndexedShard> shards = List.of(shard(0, parts.subList(0, 2)), shard(1, parts.subList(2, 6)));
        assertThat(keepAll(filters, shards)).isEqualTo(3);

        assertThat(kept()).isEqualTo(latest.subList(0, 3));
        assertThat(filters.bytes()).isEqualTo(room);
        assertThat(filters.keepOne(shards)).as("nothing has changed").isFalse();
    }

    @Test
    void letsGoOfTheOldestWhenLaterPartsComeAndTakesItAgainWhenTheyGo() {
        List<FilePart> latest = latestFirst();
        KeptFilters filters = new KeptFilters(latest.get(1).filterBytes());
        IndexedShard old = shard(0, latest.subList(1, 6));
        assertThat(keepAll(filters, List.of(old))).isEqualTo(1);
        assertThat(kept()).containsExactly(latest.get(1));

        IndexedShard more = shard(1, latest.subList(0, 1));
        keepAll(filters, List.of(old, more));
        assertThat(kept()).containsExactly(latest.get(0));

        more.drop(latest.get(0));
        latest.get(0).dropFilter();
        keepAll(filters, List.of(old, more));
        assertThat(kept()).containsExactly(latest.get(1));
    }

    @Test
    void keepsNoneWithoutRoom() {
        KeptFilters filters = new KeptFilters(0);
        assertThat(keepAll(filters, List.of(shard(0, parts)))).isZero();
        assertThat(kept()).isEmpty();
        assertThat(filters.bytes()).isZero();
    }
}
