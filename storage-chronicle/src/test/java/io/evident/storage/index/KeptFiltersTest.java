package io.evident.storage.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.index.active.ActivePart;
import io.evident.storage.index.active.BlockTerms;
import io.evident.storage.index.file.FilePart;
import io.evident.storage.index.part.IndexOracle;
import io.evident.storage.index.part.PartOracle;
import io.evident.storage.index.part.RandomEvents;
import java.io.IOException;
import java.util.ArrayList;
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
        return new IndexedShard(new ShardBlocks(number), null, new PartMemory(), parts, true);
    }

    private List<FilePart> kept() {
        return parts.stream().filter(FilePart::hasFilter).toList();
    }

    private static int keepAll(KeptFilters filters, List<IndexedShard> shards) {
        int read = 0;
        while (filters.keepOne(shards)) {
            read++;
        }
        return read;
    }

    @Test
    void keepsThoseThatCameLastInEachShardAsFarAsThereIsRoomForThem() {
        List<FilePart> last = List.of(parts.get(1), parts.get(4), parts.get(5));
        long room = last.stream().mapToLong(FilePart::filterBytes).sum();
        KeptFilters filters = new KeptFilters(room);

        List<IndexedShard> shards = List.of(shard(0, parts.subList(0, 2)), shard(1, parts.subList(2, 6)));
        assertThat(keepAll(filters, shards)).isEqualTo(3);

        assertThat(kept()).isEqualTo(last);
        assertThat(filters.bytes()).isEqualTo(room);
        assertThat(filters.keepOne(shards)).as("nothing has changed").isFalse();
    }

    @Test
    void letsGoOfAnOldOneBeforeItTakesALaterOneAndTakesItAgainWhenThatGoes() {
        KeptFilters filters = new KeptFilters(parts.get(5).filterBytes());
        IndexedShard shard = shard(0, parts.subList(0, 5));
        assertThat(keepAll(filters, List.of(shard))).isEqualTo(1);
        assertThat(kept()).containsExactly(parts.get(4));

        IndexedShard more = shard(0, parts);
        assertThat(filters.keepOne(List.of(more))).isTrue();
        assertThat(kept()).containsExactly(parts.get(5));

        more.drop(parts.get(5));
        parts.get(5).dropFilter();
        keepAll(filters, List.of(more));
        assertThat(kept()).containsExactly(parts.get(4));
    }

    @Test
    void keepsNoneWithoutRoom() {
        KeptFilters filters = new KeptFilters(0);
        assertThat(keepAll(filters, List.of(shard(0, parts)))).isZero();
        assertThat(kept()).isEmpty();
        assertThat(filters.bytes()).isZero();
    }
}
