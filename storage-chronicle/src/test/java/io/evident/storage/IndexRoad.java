package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.index.ShardIndex;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.Journal;
import io.evident.storage.file.FileOperations;
import io.evident.storage.index.ShardIndexes;
import io.evident.storage.index.part.IndexOracle;
import io.evident.storage.index.part.RandomEvents;
import io.evident.storage.segment.ChannelBlockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A data directory with indexes, whose duty cycles a test runs, or their own threads. */
final class IndexRoad implements AutoCloseable {
    private static final int FILTER_BYTES = 1 << 20;
    final DataDirectory directory;
    final List<OpenedShard> shards;
    final ShardIndexes indexes;
    private final RandomEvents events;
    private final TestClock clock = new TestClock();

    IndexRoad(Path data, FileOperations files, RandomEvents events, int shardCount) throws IOException {
        this(data, JournalSettings.defaults(), files, events, shardCount);
    }

    /** With settings of one's own, but for the clock. */
    IndexRoad(Path data, JournalSettings given, FileOperations files, RandomEvents events, int shardCount)
            throws IOException {
        this.events = events;
        JournalSettings settings =
                new JournalSettings(1 << 20, Duration.ofHours(1), clock).withStandby(given.standby());
        directory = DataDirectory.open(data, settings, files, ChannelBlockFile.opener(files));
        shards = directory.openShards(shardCount);
        indexes = directory.openIndexes(FILTER_BYTES);
    }

    Journal journal(int shard) {
        return shards.get(shard).journal();
    }

    BlockSource source(int shard) {
        return shards.get(shard).blocks();
    }

    ShardIndex index(int shard) {
        return indexes.indexes().get(shard);
    }

    /** Appends random blocks to a shard, and tells the indexes. */
    void append(int shard, int blocks, int eventsEach) throws IOException {
        for (int i = 0; i < blocks; i++) {
            Journal journal = journal(shard);
            var block = events.block(journal.nextSequence(), eventsEach);
            indexes.onJournaled(shard, journal.append(block), block);
        }
    }

    /** The next block goes to another segment. */
    void roll() {
        clock.move(Duration.ofHours(2));
    }

    void force(int shard) throws IOException {
        long last = journal(shard).nextSequence() - 1;
        journal(shard).force();
        indexes.onSynced(shard, last);
    }

    /** Until there is nothing to do. */
    void index() {
        int idle = 0;
        while (idle < 2) {
            boolean hasIndexed = indexes.indexOnce();
            boolean hasFiled = indexes.fileOnce();
            idle = hasIndexed || hasFiled ? 0 : idle + 1;
        }
    }

    /** Whether what each part says is right, for some random questions. */
    void check(int shard, int questions) throws IOException {
        BlockReader reader = new BlockReader();
        int covered = 0;
        for (IndexPart part : index(shard).parts()) {
            assertThat(part.firstBlock()).as("no overlap").isGreaterThanOrEqualTo(covered);
            covered = part.endBlock();
            assertThat(covered).isLessThanOrEqualTo(source(shard).blockCount());
            IndexOracle oracle = new IndexOracle();
            for (int block = part.firstBlock(); block < part.endBlock(); block++) {
                source(shard).read(source(shard).block(block), reader);
                oracle.add(reader);
            }
            assertThat(part.events()).isEqualTo(oracle.events());
            oracle.checkPlaces(part, part.firstBlock());
            for (int i = 0; i < questions; i++) {
                oracle.check(part, events.filter(), events.range(), "shard " + shard + ", " + part.firstBlock());
            }
        }
    }

    /** How many blocks the parts cover. */
    int covered(int shard) {
        return index(shard).parts().stream()
                .mapToInt(part -> part.endBlock() - part.firstBlock())
                .sum();
    }

    /** Whether everything is covered, and rightly. */
    void checkWhole(int shard) throws IOException {
        assertThat(covered(shard)).isEqualTo(source(shard).blockCount());
        check(shard, 20);
    }

    /** The files of parts below a directory. */
    static List<Path> files(Path data) throws IOException {
        try (Stream<Path> all = Files.walk(data)) {
            return all.filter(file -> file.getFileName().toString().startsWith("events-"))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void close() throws IOException {
        indexes.close();
        directory.close();
    }
}
