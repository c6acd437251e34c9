package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConcurrentReadingTest {
    private static final int ALL = 600;

    @TempDir
    Path data;

    private final JournalSettings small = new JournalSettings(1 << 20, Duration.ofHours(1), new TestClock());

    @Test
    void everyThreadReadsEveryBlockThatIsCountedWhileTheWriterAppends() throws Exception {
        try (DataDirectory directory = DataDirectory.open(data, small)) {
            OpenedShard shard = directory.openShard(0);
            List<CompletableFuture<List<Long>>> readers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                readers.add(CompletableFuture.supplyAsync(() -> readAll(shard.blocks())));
            }
            Blocks blocks = new Blocks();
            Random random = new Random(11);
            long next = 0;
            for (int i = 0; i < ALL; i++) {
                int count = 1 + random.nextInt(4);
                shard.journal().append(blocks.of(Lane.ofCode(i % 3), next, count, random.nextInt(8_000)));
                next += count;
            }
            for (CompletableFuture<List<Long>> reader : readers) {
                assertThat(reader.join()).isEqualTo(Blocks.range(0, next));
            }
        }
    }

    private static List<Long> readAll(BlockSource source) {
        List<Long> sequences = new ArrayList<>();
        BlockReader reader = new BlockReader();
        try {
            for (int index = 0; index < ALL; index++) {
                while (source.blockCount() <= index) {
                    Thread.onSpinWait();
                }
                BlockInfo info = source.block(index);
                source.read(info, reader);
                Blocks.drain(reader, sequences);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return sequences;
    }

    @Test
    void anInterruptedReaderDisturbsNoOther() throws Exception {
        try (DataDirectory directory = DataDirectory.open(data, small)) {
            OpenedShard shard = directory.openShard(0);
            new Blocks().append(shard.journal(), 3);
            assertThat(Blocks.readInterrupted(shard.blocks())).isInstanceOf(ClosedByInterruptException.class);
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 3));
        }
    }
}
