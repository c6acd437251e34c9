package io.evident.storage.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.index.active.ActivePart;
import io.evident.storage.index.active.BlockTerms;
import io.evident.storage.index.part.IndexOracle;
import io.evident.storage.index.part.RandomEvents;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartMemoryTest {
    private static final int EVENTS = 200;

    private final RandomEvents events = new RandomEvents(22, 50);

    @ParameterizedTest(name = "{0} shards: {1} events")
    @CsvSource({"1, 262144", "4, 262144", "5, 209715", "16, 65536", "64, 16384", "4096, 16384"})
    void sharesWhatPartsMayTakeAmongTheShards(int shards, int most) {
        PartMemory memory = new PartMemory();
        assertThat(memory.mostEvents()).isEqualTo(ActivePart.MAX_EVENTS);
        memory.shareAmong(shards);
        assertThat(memory.mostEvents()).isEqualTo(most);
    }

    private ActivePart part(int shard, int number) throws IOException {
        BlockReader reader = new IndexOracle().add(events.block((long) number * EVENTS, EVENTS), 0);
        ActivePart part = new ActivePart(shard, number, reader.block());
        part.add(reader, new BlockTerms());
        return part;
    }

    private static void complete(IndexedShard shard, ActivePart part) {
        assertThat(shard.add(part, shard.renewals())).isTrue();
        shard.complete(part);
    }

    private static int eventsOf(List<IndexedShard> shards) {
        return shards.stream()
                .flatMap(shard -> shard.parts().stream())
                .mapToInt(IndexPart::events)
                .sum();
    }

    @Test
    void givesUpTheOldestPartsOfAShardWhenTooManyOfAllShardsWait() throws IOException {
        PartMemory memory = new PartMemory(500);
        List<IndexedShard> shards = IntStream.range(0, 4)
                .mapToObj(shard -> new IndexedShard(new ShardBlocks(shard), null, memory, List.of(), true))
                .toList();
        for (int number = 0; number < 6; number++) {
            for (int shard = 0; shard < shards.size(); shard++) {
                complete(shards.get(shard), part(shard, number));
                assertThat(eventsOf(shards)).isLessThanOrEqualTo(1_000);
            }
        }
        assertThat(eventsOf(shards)).as("as many as may").isEqualTo(1_000);
        assertThat(memory.isExceeded()).isFalse();
        for (IndexedShard shard : shards) {
            shard.all().forEach(shard::drop);
        }
        complete(shards.get(0), part(0, 7));
        complete(shards.get(0), part(0, 8));
        assertThat(eventsOf(shards)).as("what was dropped waits no more").isEqualTo(2 * EVENTS);
    }

    @Test
    void aPartIsFullWithItsShare() throws IOException {
        PartMemory memory = new PartMemory(4L * ActivePart.MAX_EVENTS);
        IndexedShard shard = new IndexedShard(new ShardBlocks(0), null, memory, List.of(), true);
        ActivePart part = part(0, 0);
        assertThat(shard.isFull(part)).isFalse();
        memory.shareAmong(1 << 20);
        assertThat(shard.isFull(part))
                .as("no part is smaller than 16,384 events")
                .isFalse();
    }
}
