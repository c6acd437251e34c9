package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.retention.Removal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is removed is gone, what is kept is whole, and every count stays right, whatever happens in between. */
class RetentionOracleTest {
    private static final int ROUNDS = 14;

    @TempDir
    private Path data;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void removesWhatHasExpiredAndNothingElse(long seed) throws IOException {
        Random random = new Random(seed);
        ShardHorizon horizon = ShardHorizon.NONE;
        try (RetainedShard shard = new RetainedShard(data, seed, DiskFileOperations.INSTANCE)) {
            for (int round = 0; round < ROUNDS; round++) {
                switch (random.nextInt(5)) {
                    case 0, 1 -> shard.fillSegment(1 + random.nextInt(8));
                    case 2 -> shard.archive();
                    case 3 -> shard.restart();
                    default -> shard.fillSegment(1);
                }
                horizon = shard.events.after(horizon, shard.shard().journal().nextSequence());
                for (int segment : shard.sealed()) {
                    if (random.nextBoolean()) {
                        shard.remove(segment, horizon);
                    }
                }
                shard.check();
                assertThat(shard.follow()).isEqualTo(shard.events.sequences());
                if (random.nextInt(4) == 0) {
                    assertThat(shard.verify()).isEmpty();
                }
            }
            // In the end all goes but what is being written.
            ShardHorizon all = new ShardHorizon(Long.MAX_VALUE, Map.of("_system", Long.MAX_VALUE));
            for (int segment : shard.sealed()) {
                assertThat(shard.remove(segment, all).freed()).isTrue();
            }
            shard.check();
            assertThat(shard.verify()).isEmpty();
            shard.restart();
            shard.check();
            assertThat(shard.shard().report().damage()).isEmpty();
        }
    }

    @Test
    void aSegmentGetsSmallerAndIsFreedAtLast() throws IOException {
        try (RetainedShard shard = new RetainedShard(data, 7, DiskFileOperations.INSTANCE)) {
            shard.fillSegment(20);
            List<Integer> sealed = shard.sealed();
            assertThat(sealed).hasSize(1);
            int segment = sealed.get(0);
            Removal none = shard.remove(segment, ShardHorizon.NONE);
            assertThat(none.removed()).isEmpty();
            assertThat(none.bytesAfter()).isEqualTo(none.bytesBefore());

            Removal some = shard.remove(segment, new ShardHorizon(0, Map.of("acme", Long.MAX_VALUE)));
            assertThat(some.freed()).isFalse();
            assertThat(some.removed()).containsOnlyKeys("acme");
            assertThat(some.bytesAfter()).isLessThan(some.bytesBefore());
            assertThat(TestFiles.journal(data, 0, "1-0")).doesNotExist();
            assertThat(TestFiles.segment(data, 0, "1-0").resolve("journal.zst")).hasSize(some.bytesAfter());

            Removal rest = shard.remove(segment, new ShardHorizon(Long.MAX_VALUE, Map.of("_system", 1L << 40)));
            assertThat(rest.freed()).isTrue();
            assertThat(rest.bytesAfter()).isZero();
            assertThat(TestFiles.segment(data, 0, "1-0").toFile().list())
                    .containsExactlyInAnyOrder("blocks.idx", "removed");
            assertThat(shard.sealed()).isEmpty();
            assertThat(shard.blocks().nextKept(0)).isEqualTo(20);
            shard.check();
        }
    }
}
