package io.evident.pipeline.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockRunsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 1023, 1024, 1025, 20_000})
    void coverEachBlockOnceWithTheEventsAndTimesOfTheirBlocks(int blocks) {
        Random random = new Random(blocks);
        int first = random.nextInt(1000);
        long[] min = random.longs(blocks, -1_000_000, 1_000_000).toArray();
        long[] max = IntStream.range(0, blocks)
                .mapToLong(block -> min[block] + random.nextInt(1000))
                .toArray();
        int[] firstEvents = IntStream.rangeClosed(0, blocks).toArray();
        for (int block = 0; block < blocks; block++) {
            firstEvents[block + 1] = firstEvents[block] + 1 + random.nextInt(30);
        }
        BlockRuns runs = new BlockRuns(
                first,
                first + blocks,
                block -> firstEvents[block - first],
                block -> min[block - first],
                block -> max[block - first]);

        int next = first;
        for (int run = 0; run < runs.count(); run++) {
            assertThat(runs.firstBlock(run)).isEqualTo(next);
            next = runs.endBlock(run);
            assertThat(next).isGreaterThan(runs.firstBlock(run));
            assertThat(runs.firstEvent(run)).isEqualTo(firstEvents[runs.firstBlock(run) - first]);
            assertThat(runs.endEvent(run)).isEqualTo(firstEvents[next - first]);
            for (int event : new int[] {runs.firstEvent(run), runs.endEvent(run) - 1}) {
                assertThat(runs.runOf(event)).isEqualTo(run);
            }
            IntStream blocksOfRun = IntStream.range(runs.firstBlock(run), next);
            assertThat(runs.minTimeNs(run))
                    .isEqualTo(blocksOfRun
                            .mapToLong(block -> min[block - first])
                            .min()
                            .orElseThrow());
            assertThat(runs.maxTimeNs(run))
                    .isEqualTo(IntStream.range(runs.firstBlock(run), next)
                            .mapToLong(block -> max[block - first])
                            .max()
                            .orElseThrow());
        }
        assertThat(next).isEqualTo(first + blocks);
        assertThat(runs.count()).isLessThanOrEqualTo(128);
    }
}
